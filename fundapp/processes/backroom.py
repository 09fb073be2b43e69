"""The application as the background processes need it: settings and database, no pages."""

import logging

from flask import Flask

from fundapp import database, installed
from fundapp.config import Settings
from fundapp.logs import configure_logging

# Libraries that log every step of every letter.
WORDY = ("weasyprint", "fontTools")


def create_backroom(settings: Settings) -> Flask:
    """An application without pages, on the database role of the workers."""
    app = Flask("fundapp.backroom", static_folder=None)
    installed.install(app, settings)
    configure_logging(settings.log_level)
    for library in WORDY:
        logging.getLogger(library).setLevel(logging.WARNING)
    database.register(app, settings, settings.worker_url)
    return app
