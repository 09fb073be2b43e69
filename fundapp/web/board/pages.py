"""The blueprint of the board's addresses, and what its pages load."""

from typing import cast

from flask import Blueprint

from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.models.people import Person
from fundapp.queries import meetings as queries
from fundapp.web import sessions

pages = Blueprint("board", __name__, url_prefix="/board")


def me() -> Person:
    """Whoever is signed in; every page here asks for somebody."""
    return cast("Person", sessions.person())


def the_meeting(number: int) -> Meeting | None:
    """The meeting an address names."""
    return queries.by_id(number)


def the_item(number: int, position: int) -> MeetingItem | None:
    """The item in this place of its list."""
    return queries.item_at(number, position)
