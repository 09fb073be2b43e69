"""The blueprint of an applicant's addresses, and what their pages load."""

from flask import Blueprint, abort

from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.queries import bids as queries
from fundapp.web import sessions

pages = Blueprint("apply", __name__, url_prefix="/bids")


def own(reference: str) -> Application | None:
    """The bid an address names."""
    return queries.by_reference(reference)


def own_to_write(reference: str) -> Application | None:
    """The bid an address names, held from here on because a part of it is saved next."""
    return queries.to_write(reference)


def own_to_send(reference: str) -> Application | None:
    """The bid an address names, held from here on because it is sent in next."""
    return queries.to_send(reference)


def me() -> Person:
    """Who is signed in."""
    person = sessions.person()
    return person if person is not None else abort(401)
