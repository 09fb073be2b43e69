"""The pages: one package an audience, its views and forms side by side."""

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, Flask


def register_pages(app: Flask) -> None:
    """Open every audience's rooms: the blueprint that each package here holds."""
    for found in iter_modules(__path__):
        if found.ispkg:
            room = import_module(f"{__name__}.{found.name}")
            for pages in [value for value in vars(room).values() if isinstance(value, Blueprint)]:
                app.register_blueprint(pages)
