"""The presses of Submit that were refused close to a closing instant, for people to judge by their stamps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, cast, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person

PRESS = "press"
PAGE_SIZE = 50
BEFORE = timedelta(seconds=30)
# As long as a browser waits for an answer: a press that left it in time has been judged by then.
AFTER = timedelta(minutes=5)
_CLOSES_AT = cast(Event.facts["closes_at"].astext, DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A refused press: of which bid, by whom, by which instant it was judged, against which, and why."""

    id: int
    reference: str
    organisation: str
    by: str
    at: datetime
    closes_at: datetime
    blockers: tuple[str, ...]

    @property
    def late(self) -> timedelta:
        """How long after the closing instant it was judged; below nought before it."""
        return self.at - self.closes_at


def of_round(round_id: int, after: int = 0) -> tuple[Sequence[NearMiss], int | None]:
    """The presses refused near the instant their round was to close at then, in order; and the next cursor.

    A closing instant that was moved since changes nothing: each press keeps the one it was judged by.
    """
    rows = db.session.execute(
        select(
            Event.id,
            Application.reference,
            Organisation.name,
            Person.name,
            Event.at,
            _CLOSES_AT,
            Event.facts["blockers"],
        )
        .join(Application, Application.id == Event.case_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Event.actor_id)
        .where(
            Event.case_kind == PRESS,
            Application.round_id == round_id,
            Event.at.between(_CLOSES_AT - BEFORE, _CLOSES_AT + AFTER),
            Event.id > after,
        )
        .order_by(Event.id)
        .limit(PAGE_SIZE + 1)
    ).all()
    found = [
        NearMiss(number, reference, organisation, by, at, closes_at, tuple(blockers))
        for number, reference, organisation, by, at, closes_at, blockers in rows[:PAGE_SIZE]
    ]
    return found, found[-1].id if len(rows) > PAGE_SIZE else None
