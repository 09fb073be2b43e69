"""Finds templates: ours, and the components of the design system that they are made of."""

from flask import Flask
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from fundapp.config import PROJECT

DESIGN_SYSTEM = ("govuk_frontend_jinja", "govuk_frontend_wtf")


def register(app: Flask) -> None:
    """Teach the application where templates are; every one of them escapes what it is given."""
    components = PrefixLoader({name: PackageLoader(name) for name in DESIGN_SYSTEM})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(PROJECT / "templates"), components])
    WTFormsHelpers(app)
