"""Puts the rooms of the office together into one application."""

from flask import Flask
from flask_migrate import Migrate

from fundapp import database, installed, web
from fundapp.config import Settings
from fundapp.extensions import csrf, db, login_manager
from fundapp.logs import configure_logging
from fundapp.web import (
    assets,
    errors,
    filters,
    guards,
    headers,
    limits,
    navigation,
    pulse,
    requests,
    sessions,
    templates,
)
from workflows import soundness


def create_app(settings: Settings, *, database_url: str | None = None) -> Flask:
    """An application on one database: `database_url` where given (a worker's role), else the settings'.

    It refuses to start when the rulebook has a mistake or a route declares no permission.
    """
    app = Flask("fundapp", static_folder=None)
    installed.install(app, settings)
    configure_logging(settings.log_level)
    soundness.validate()
    limits.register(app, settings)
    database.register(app, settings, database_url or settings.database_url)
    Migrate(app, db, directory="migrations")
    requests.register(app)
    pulse.register(app)
    sessions.register(app, settings, login_manager)
    csrf.init_app(app)
    headers.register(app, settings)
    errors.register(app)
    templates.register(app)
    filters.register(app)
    assets.register(app)
    navigation.register(app)
    web.register_pages(app)
    guards.refuse_undeclared(app)
    return app
