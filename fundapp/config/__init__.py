"""Every setting of an installation: read once from the environment, checked before anything starts."""

from fundapp.config.groups import PROJECT
from fundapp.config.loading import SettingsError, as_environment, load_settings, misspelt
from fundapp.config.settings import Settings

__all__ = ["PROJECT", "Settings", "SettingsError", "as_environment", "load_settings", "misspelt"]
