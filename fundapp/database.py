"""Connects to PostgreSQL, with the time limits that keep one bad request from stopping others."""

from functools import partial

from flask import Flask
from sqlalchemy import event

import fundapp.models  # noqa: F401 (makes every table known)
from fundapp.config import Settings, SettingsError
from fundapp.connection import KeptConnection, insist_alive
from fundapp.extensions import db

CONNECT_SECONDS = 5


def register(app: Flask, settings: Settings, url: str | None) -> None:
    """Bind the models to the database at `url`; without one nothing can start."""
    if url is None:
        raise SettingsError(["DATABASE_URL is missing and no private PostgreSQL was started"])
    app.config["SQLALCHEMY_DATABASE_URI"] = driver_url(url)
    app.config["MIGRATOR_DATABASE_URI"] = driver_url(settings.database_url_migrator or url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": settings.database_pool_size,
        "max_overflow": 0,
        "pool_timeout": 10,
        "creator": partial(
            KeptConnection.connect, url, connect_timeout=CONNECT_SECONDS, options=_limits(settings)
        ),
    }
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "checkout", insist_alive)


def driver_url(url: str) -> str:
    """The same address, naming the driver we use."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _limits(settings: Settings) -> str:
    limits = {
        "statement_timeout": settings.statement_timeout_seconds,
        "lock_timeout": settings.lock_timeout_seconds,
        "idle_in_transaction_session_timeout": settings.idle_transaction_seconds,
    }
    return " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()) + " -c timezone=UTC"
