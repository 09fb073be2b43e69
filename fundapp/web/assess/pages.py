"""The blueprint of an assessor's addresses, and who is at it."""

from typing import cast

from flask import Blueprint

from fundapp.models.people import Person
from fundapp.web import sessions

pages = Blueprint("assess", __name__, url_prefix="/assess")


def me() -> Person:
    """Whoever is signed in; every page here asks for somebody."""
    return cast("Person", sessions.person())
