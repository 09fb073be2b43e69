"""The settings of the running application, for the rooms that know nothing of the web."""

from typing import cast

from flask import Flask, current_app

from fundapp.config import Settings

_KEY = "fundapp_settings"


def install(app: Flask, settings: Settings) -> None:
    """Give the application its settings, once, when it is made."""
    app.extensions[_KEY] = settings


def settings() -> Settings:
    """The settings this process was started with."""
    return cast("Settings", current_app.extensions[_KEY])
