"""The application as the background processes need it: settings and database, no pages."""

from flask import Flask

from fundapp import database, installed
from fundapp.config import Settings
from fundapp.logs import configure_logging


def create_backroom(settings: Settings) -> Flask:
    """An application without pages, on the database role of the workers; half the memory of a web process."""
    app = Flask("fundapp.backroom", static_folder=None)
    installed.install(app, settings)
    configure_logging(settings.log_level)
    database.register(app, settings, settings.worker_url)
    return app
