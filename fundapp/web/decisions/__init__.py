"""Pages for the Combined Authority's delegate: what waits for a decision, and one recommendation in full."""

from fundapp.web.decisions import views
from fundapp.web.decisions.pages import pages

__all__ = ["pages", "views"]
