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
NEAR = timedelta(seconds=30)
_CLOSED_AT = cast(Event.facts["closes_at"].astext, DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A refused press: of which bid, by whom, by which instant it was judged, against which, and why."""

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


def of_round(round_id: int) -> Sequence[NearMiss]:
    """Every press refused within half a minute of the instant its round was to close at then, in order.

    A closing instant that was moved since changes nothing: each press keeps the one it was judged by.
    """
    found = db.session.execute(
        select(
            Application.reference,
            Organisation.name,
            Person.name,
            Event.at,
            _CLOSED_AT,
            Event.facts["blockers"],
        )
        .join(Application, Application.id == Event.case_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Event.actor_id)
        .where(
            Event.case_kind == PRESS,
            Application.round_id == round_id,
            Event.at.between(_CLOSED_AT - NEAR, _CLOSED_AT + NEAR),
        )
        .order_by(Event.at, Event.id)
    )
    return [
        NearMiss(reference, organisation, by, at, closes_at, tuple(blockers))
        for reference, organisation, by, at, closes_at, blockers in found
    ]
