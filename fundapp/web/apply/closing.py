"""What stands at the top of a draft's pages: that it is not sent in, until when it can be, what stands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import request

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.services.reminders import BEFORE
from fundapp.web.apply.pages import pages
from fundapp.web.filters import countdown, uk_datetime
from workflows.rules import schedule

# From the first reminder on every page says so; before that the bid's own page alone.
SOON = max(BEFORE)
OWN_PAGE = "apply.bid"
ENDED = "The round has closed. Everything that was saved is kept."
NOT_TAKING = "This round is not taking bids."


@dataclass(frozen=True, slots=True)
class Closing:
    """How far a draft is from being sent in: a tag, and sentences, the last of which leads to its receipt.

    `left` has the two instants a script counts down by; `ended` is what it says at the end.
    """

    kind: str
    word: str
    sentence: str
    left: dict[str, str] | None = None
    stands: str = ""
    ended: str = ENDED
    is_open: bool = True


@pages.context_processor
def register() -> dict[str, Any]:
    """Let the layout of these pages ask for it."""
    return {"closing_of": closing_of}


def closing_of(bid: Application | None, cut_off: datetime | None = None) -> Closing | None:
    """What a page of this bid says at its top: nothing unless it is a draft, and its close near or past.

    `cut_off` is the next of a rolling round, which has no close.
    """
    if bid is None or bid.state != "draft":
        return None
    now, closes = clock.now(), schedule.closes(bid)
    if not schedule.takes(bid, now):
        return _closed(bid, closes)
    is_own, is_soon = request.endpoint == OWN_PAGE, closes is not None and closes - now <= SOON
    if not (is_own or is_soon):
        return None
    kind = "attn" if is_soon else "none"
    word = "Not sent in again" if bid.submitted_at else "Not sent in yet"
    if closes is None:
        return Closing(kind, word, _all_year(cut_off), _left(cut_off), _taken_back(bid), ended="")
    again = " again" if bid.submitted_at else ""
    sentence = f"It can be sent in{again} until {schedule.in_words(closes)}"
    return Closing(kind, word, sentence, _left(closes), _stands(bid, "if nothing is sent"))


def until_in_words(bid: Application, cut_off: datetime | None) -> str:
    """Until when a bid that was sent in can be taken back; `cut_off` is that of its batch, if any."""
    closes = schedule.closes(bid)
    if closes is not None:
        return uk_datetime(closes)
    begins = f", which begins at its cut-off: {uk_datetime(cut_off)}" if cut_off else ""
    return f"we take it up for checking{begins}"


def reopening_in_words(bid: Application, cut_off: datetime | None) -> str:
    """What it means to take a bid back, said before anybody does."""
    can = "You can take the bid back, change it and send it in again until"
    return f"{can} {until_in_words(bid, cut_off)}. {if_left_alone(bid)}"


def if_left_alone(bid: Application) -> str:
    """What becomes of a bid not sent in again once it is taken back: a rolling round carries none."""
    if schedule.closes(bid) is not None:
        return "If you do not send it in again, what we received goes forward."
    return "Until you send it in again, it is not with us and nobody judges it."


def version_in_words(bid: Application) -> str:
    """The version sent in last, by its number where the query of the page asked for it."""
    return f"Version {bid.last_number}" if bid.last_number else "The version sent in before"


def _closed(bid: Application, closes: datetime | None) -> Closing:
    past = closes is not None and clock.now() >= closes
    sentence = f"This round closed at {schedule.in_words(closes)}." if closes and past else NOT_TAKING
    if bid.submitted_at:
        return Closing("none", "Closed", sentence, stands=_stands(bid, "as it was received"), is_open=False)
    kept = f"{sentence} This bid was not sent in, so nobody judges it. What was written is kept."
    return Closing("none", "Not sent in", kept, is_open=False)


def _stands(bid: Application, how: str) -> str:
    return f"{version_in_words(bid)} stands, and goes forward {how}." if bid.submitted_at else ""


def _taken_back(bid: Application) -> str:
    """A rolling round carries nothing forward: what was reopened waits until it is sent in again."""
    return f"{version_in_words(bid)} was taken back to be changed." if bid.submitted_at else ""


def _all_year(cut_off: datetime | None) -> str:
    if cut_off is None:
        return "Bids are taken all year; the next cut-off is not set yet."
    return f"Bids are taken all year. Those sent in before {schedule.in_words(cut_off)} are judged together"


def _left(until: datetime | None) -> dict[str, str] | None:
    if until is None:
        return None
    return {
        "figure": countdown(until),
        "now": clock.now().isoformat(),
        "until": until.astimezone(UTC).isoformat(),
    }
