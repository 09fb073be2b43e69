"""What happened to one case, in order, with who did it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from fundapp.extensions import db
from fundapp.models.events import Event, EventPersonal
from fundapp.models.people import Person

MOST = 200
_LATEST = (
    select(Event.at, Event.action, Event.source, Event.target, Person.name, Event.facts, EventPersonal.body)
    .outerjoin(Person, Person.id == Event.actor_id)
    .outerjoin(EventPersonal, EventPersonal.event_id == Event.id)
    .where(Event.case_kind == bindparam("kind"), Event.case_id == bindparam("case_id"))
    .order_by(Event.sequence.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as a person reads it; `said` is what its side row still holds."""

    at: datetime
    action: str
    source: str | None
    target: str
    by: str | None
    facts: dict[str, Any]
    said: dict[str, Any] | None


def of_case(kind: str, case_id: int) -> tuple[Happening, ...]:
    """The latest events of a case, newest first, in one statement."""
    found = db.session.execute(_LATEST, {"kind": kind, "case_id": case_id})
    return tuple(Happening(*row) for row in found)
