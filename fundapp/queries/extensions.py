"""The closes that were moved: of a round for everybody, and of single bids, with the reasons given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, and_, cast, or_, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event, EventPersonal
from fundapp.models.funds import Round
from fundapp.models.people import Person

EXTENDED = "extend"
MOST = 200
_INSTANT = DateTime(timezone=True)


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
    return _made(and_(Event.case_kind == Round.case_kind, Event.case_id == round_id))


def of_round(round_id: int) -> Sequence[Extension]:
    """Every move of a round's close and of its bids' own, the newest first, in one statement."""
    of_all = and_(Event.case_kind == Round.case_kind, Event.case_id == round_id)
    return _made(or_(of_all, Application.round_id == round_id))


def bid_of_round(round_id: int, reference: str) -> Application | None:
    """The bid of this reference in a round, a draft too."""
    wanted = (Application.round_id == round_id, Application.reference == reference.upper())
    return db.session.scalar(select(Application).where(*wanted))


def _made(where: object) -> Sequence[Extension]:
    rows = db.session.execute(
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
        .outerjoin(
            Application, and_(Event.case_kind == Application.case_kind, Application.id == Event.case_id)
        )
        .where(Event.action == EXTENDED, where)  # type: ignore[arg-type]
        .order_by(Event.id.desc())
        .limit(MOST)
    )
    return [Extension(at, by, before, to, reason or "", own) for at, by, before, to, reason, own in rows]
