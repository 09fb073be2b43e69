"""The demonstration's bar: be anybody, at any time. Off, and unreachable, outside a demonstration."""

from fundapp.web.demo import views
from fundapp.web.demo.pages import pages

__all__ = ["pages", "views"]
