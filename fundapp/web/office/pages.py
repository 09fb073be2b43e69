"""The blueprint of the programme team's addresses, and what its views share."""

from typing import Any, cast

from flask import Blueprint

from fundapp.models.people import Person
from fundapp.queries import assessments
from fundapp.web import sessions
from fundapp.web.guards import held_here
from workflows.actors import Permission, Role

pages = Blueprint("office", __name__, url_prefix="/office")


@pages.context_processor
def _doors() -> dict[str, bool]:
    """What the pages' own navigation has to know of the person: only doors that open are shown."""
    return {"may_plan": Permission.MEETING_PLAN in held_here()}


def me() -> Person:
    """Whoever is signed in; every page here asks for somebody."""
    return cast("Person", sessions.person())


def reader_here() -> int | None:
    """My id where I mark bids myself; a file sent piece by piece asks once, while its request lasts."""
    person = me()
    return person.id if Role.ASSESSOR in person.roles else None


def hidden_from(reader: int | None, bid_ids: list[int]) -> frozenset[int]:
    """The bids among these whose scores a reader may not see yet, because they are still to mark them."""
    return frozenset() if reader is None else assessments.unsubmitted_by(reader, bid_ids)


def hidden_from_me(bid_ids: list[int]) -> frozenset[int]:
    """The bids among these whose scores I may not see yet."""
    return hidden_from(reader_here(), bid_ids)


def number_in(text: str | None) -> int | None:
    """A row's number from an address, or nothing when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def finding(*parts: str | None) -> str:
    """Sentences joined into one title that begins with a capital."""
    said = "; ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def counted(count: int, one: str, many: str) -> str:
    """One bid, 2 bids: small numbers as words read best in a title."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return f"{words[count] if count < len(words) else format(count, ',')} {one if count == 1 else many}"


def numbered(count: int, one: str, many: str) -> str:
    """1 bid, 2 bids: figures, for what is pressed."""
    return f"{count:,} {one if count == 1 else many}"


Values = dict[str, Any]
