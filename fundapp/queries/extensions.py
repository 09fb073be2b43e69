"""The closes that were moved: of a round for everybody, and of single bids, with the reasons given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Select, and_, bindparam, cast, or_, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event, EventPersonal
from fundapp.models.funds import Round
from fundapp.models.people import Person

EXTENDED = "extend"
MOST = 200
_INSTANT = DateTime(timezone=True)

_OF_ALL = and_(Event.case_kind == Round.case_kind, Event.case_id == bindparam("round_id"))
_MADE = (
    select(
        Event.at,
        Person.name,
        cast(Event.facts["from"].astext, _INSTANT),
        cast(Event.facts["to"].astext, _INSTANT),
        EventPersonal.body["reason"].astext,
        Application.reference,
    )
    .join(Person, Person.id == Event.actor_id)
    .outerjoin(EventPersonal, EventPersonal.event_id == Event.id)
    .outerjoin(Application, and_(Event.case_kind == Application.case_kind, Application.id == Event.case_id))
    .where(Event.action == EXTENDED)
    .order_by(Event.id.desc())
    .limit(MOST)
)
_ANNOUNCED = _MADE.where(_OF_ALL)
_OF_ROUND = _MADE.where(or_(_OF_ALL, Application.round_id == bindparam("round_id")))


@dataclass(frozen=True, slots=True)
class Extension:
    """One move of a close: when and by whom, both instants, why, and for which bid if for one alone."""

    at: datetime
    by: str
    before: datetime
    to: datetime
    reason: str
    reference: str | None


def announced(round_id: int) -> Sequence[Extension]:
    """The moves of a round's close that are for everybody and everybody may read, the newest first."""
    return _made(_ANNOUNCED, round_id)


def of_round(round_id: int) -> Sequence[Extension]:
    """Every move of a round's close and of its bids' own, the newest first, in one statement."""
    return _made(_OF_ROUND, round_id)


def bid_of_round(round_id: int, reference: str) -> Application | None:
    """The bid of this reference in a round, a draft too."""
    wanted = (Application.round_id == round_id, Application.reference == reference.upper())
    return db.session.scalar(select(Application).where(*wanted))


def _made(statement: Select[*tuple[Any, ...]], round_id: int) -> Sequence[Extension]:
    rows = db.session.execute(statement, {"round_id": round_id})
    return [Extension(at, by, before, to, reason or "", own) for at, by, before, to, reason, own in rows]
