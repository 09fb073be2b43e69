"""The bids of a round that wait for one kind of work, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import LEFT_ALONE_UNTIL, Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Batch, Round
from fundapp.models.people import Person
from fundapp.queries.assessments import NOT_COUNTED

PAGE_SIZE = 100
MOST_PROPOSED = 300


def in_state(call: Round, state: str, after: int = 0, limit: int = PAGE_SIZE) -> Sequence[Application]:
    """The bids of a round in one state with their organisations, in one statement."""
    bids = db.session.scalars(
        select(Application)
        .where(Application.round_id == call.id, Application.state == state, Application.id > after)
        .options(joinedload(Application.organisation))
        .order_by(Application.id)
        .limit(limit)
    ).all()
    return _of_round(bids, call)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many bids of a round wait to be taken up, for their batch or own later close, or for an answer."""

    to_take_up: int
    gathering: int
    cut_off_at: datetime | None
    asked: int


def waiting(round_id: int) -> Waiting:
    """What of a round waits before anybody checks it, in one statement."""
    sent, gathers = Application.state == "submitted", clock.now() < LEFT_ALONE_UNTIL
    row = db.session.execute(
        select(
            func.count().filter(sent, func.coalesce(~gathers, true())),
            func.count().filter(sent, gathers),
            func.min(LEFT_ALONE_UNTIL).filter(sent, gathers),
            func.count().filter(Application.state == "clarification"),
        )
        .outerjoin(Batch, Batch.id == Application.batch_id)
        .where(Application.round_id == round_id, Application.state.in_(("submitted", "clarification")))
    ).one()
    return Waiting(*row)


def to_take_up(call: Round) -> Sequence[Application]:
    """The bids of a round that may be taken up now, with their organisations, in one statement."""
    bids = db.session.scalars(
        select(Application)
        .outerjoin(Batch, Batch.id == Application.batch_id)
        .where(
            Application.round_id == call.id,
            Application.state == "submitted",
            func.coalesce(clock.now() >= LEFT_ALONE_UNTIL, true()),
        )
        .options(joinedload(Application.organisation))
        .order_by(Application.id)
        .limit(PAGE_SIZE)
    ).all()
    return _of_round(bids, call)


def lacking_readers(call: Round, needed: int) -> list[tuple[Application, int]]:
    """The bids being assessed that have fewer live readers than they need, with how many they have."""
    live = (
        select(func.count(Assessment.id))
        .where(Assessment.application_id == Application.id, Assessment.state.not_in(NOT_COUNTED))
        .correlate(Application)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Application, live)
        .where(Application.round_id == call.id, Application.state == "in_assessment", live < needed)
        .options(joinedload(Application.organisation))
        .order_by(Application.id)
        .limit(PAGE_SIZE)
    )
    return [(bid, count) for bid, count in rows]


def fully_read(call: Round, needed: int) -> Sequence[Application]:
    """The bids being assessed whose readers have all submitted, in one statement."""
    submitted = func.count().filter(Assessment.state == "submitted", Assessment.set_aside_at.is_(None))
    done = (
        select(Assessment.application_id)
        .join(Assessment.application)
        .where(
            Application.round_id == call.id,
            Application.state == "in_assessment",
            Assessment.state.not_in(NOT_COUNTED),
        )
        .group_by(Assessment.application_id)
        .having(submitted >= needed, submitted == func.count())
    )
    bids = db.session.scalars(
        select(Application)
        .where(Application.id.in_(done))
        .options(joinedload(Application.organisation))
        .order_by(Application.id)
        .limit(PAGE_SIZE)
    ).all()
    return _of_round(bids, call)


def proposed(call: Round) -> Sequence[Assessment]:
    """The readings of a round that were proposed and not yet sent, by bid, in one statement."""
    return db.session.scalars(
        select(Assessment)
        .join(Assessment.application)
        .join(Person, Person.id == Assessment.assessor_id)
        .where(Application.round_id == call.id, Assessment.state == "proposed")
        .options(
            joinedload(Assessment.application).joinedload(Application.organisation),
            joinedload(Assessment.assessor),
        )
        .order_by(Application.id, Person.name_key)
        .limit(MOST_PROPOSED)
    ).all()


def _of_round(bids: Sequence[Application], call: Round) -> Sequence[Application]:
    """The same bids, knowing the round they were asked for by."""
    for bid in bids:
        set_committed_value(bid, "round", call)
    return bids
