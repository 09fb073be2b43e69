"""Finds templates: ours, and the components of the design system that they are made of."""

from flask import Flask
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

from fundapp.config import PROJECT

DESIGN_SYSTEM = ("govuk_frontend_jinja", "govuk_frontend_wtf")


class SharedTemplate(Template):
    """A template whose macros are the same for every page that imports them.

    Jinja compares the globals of both at each import, a tenth of what a page costs; here all templates
    have the same ones, so there is nothing to find.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002
        return super()._get_default_module()


def register(app: Flask) -> None:
    """Teach the application where templates are; every one of them escapes what it is given."""
    components = PrefixLoader({name: PackageLoader(name) for name in DESIGN_SYSTEM})
    app.jinja_loader = ChoiceLoader([FileSystemLoader(PROJECT / "templates"), components])
    WTFormsHelpers(app)
    app.jinja_env.template_class = SharedTemplate
