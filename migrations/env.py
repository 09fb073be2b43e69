"""Runs the migrations as the migrator role, in one transaction each."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine

from fundapp.extensions import db


def run() -> None:
    """Apply the numbered migrations to the migrator's database, or to a connection handed in."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = create_engine(current_app.config["MIGRATOR_DATABASE_URI"])
    with engine.connect() as connection:
        _migrate(connection)
    engine.dispose()


def _migrate(connection: object) -> None:
    context.configure(connection=connection, target_metadata=db.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
