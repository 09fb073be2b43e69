"""The page of an organisation, for the people who act for it."""

from fundapp.web.organisations import views
from fundapp.web.organisations.pages import pages

__all__ = ["pages", "views"]
