"""Writes down every press of Submit that was refused: whose, judged when, and what was in the way."""

from collections.abc import Iterable

from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.queries.near_misses import PRESS
from fundapp.services import casework
from fundapp.transaction import lock, transaction
from workflows.machine import Blocker
from workflows.rules import schedule

REFUSED = "refuse"
UNSIGNED = Blocker("not_signed", "The signature under the bid was not complete.")


@transaction()
def note_unsigned(bid: Application, actor: Person) -> None:
    """Write down a press without a full signature, which its page refuses before the rulebook is asked."""
    lock(bid)
    note(bid, (UNSIGNED,), actor)


def note(bid: Application, blockers: Iterable[Blocker], actor: Person) -> None:
    """Write down a refused press in the caller's transaction, which holds the bid.

    Its event carries the instant the press was judged by, what was in the way, and when the bid
    had to be in by then.
    """
    closes_at = schedule.closes(bid)
    recorded = {
        "blockers": sorted({blocker.code for blocker in blockers}),
        "closes_at": closes_at.isoformat() if closes_at else None,
    }
    casework.note(PRESS, bid.id, REFUSED, actor, recorded=recorded)
