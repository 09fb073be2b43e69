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


def own_alone(reference: str) -> Application | None:
    """The bid an address names, without its round and people."""
    return queries.alone(reference)


def own_with_round(reference: str) -> Application | None:
    """The bid an address names, with its round and no people."""
    return queries.with_round(reference)


def me() -> Person:
    """Who is signed in."""
    person = sessions.person()
    return person if person is not None else abort(401)
