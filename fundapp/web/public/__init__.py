"""Pages for everybody: the open rounds, everything a round fixed, and how the site behaves."""

from fundapp.web.public import views
from fundapp.web.public.pages import pages

__all__ = ["pages", "views"]
