"""Named reads of assessments: an assessor's queue, the readings of a bid, how far a round has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.bulk import among, among_given
from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.funds import Criterion, Fund, Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person, RoleGrant
from workflows.actors import Role

TO_DO = ("invited", "accepted", "in_progress", "returned")
OPEN = ("proposed", *TO_DO)
NOT_COUNTED = ("declined", "withdrawn")
QUEUE_LIMIT = 200
_WITH_MARKS = (
    select(Assessment)
    .options(joinedload(Assessment.marks), joinedload(Assessment.assessor))
    .order_by(Assessment.id)
)
_READ = (
    select(
        Application.round_id,
        func.count(Assessment.id).filter(Assessment.state.not_in(NOT_COUNTED)).label("live"),
        func.count(Assessment.id)
        .filter(Assessment.state == "submitted", Assessment.set_aside_at.is_(None))
        .label("done"),
    )
    .outerjoin(Assessment, Assessment.application_id == Application.id)
    .where(Application.state == "in_assessment", among_given(Application.round_id, "rounds"))
    .group_by(Application.id)
    .subquery()
)
_IN_ASSESSMENT = select(_READ.c.round_id, _READ.c.live, _READ.c.done, func.count()).group_by(
    _READ.c.round_id, _READ.c.live, _READ.c.done
)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One bid in an assessor's queue: who applies and how much of the marking is done."""

    id: int
    state: str
    due_on: date | None
    reading_order: int
    no_conflict_at: datetime | None
    submitted_at: datetime | None
    reference: str
    title: str
    organisation: str
    round_ref: str
    fund: str
    round_number: int
    criteria: int
    marked: int

    @property
    def share_left(self) -> Decimal:
        """How much of this bid is still to be marked, between nought and one."""
        if self.state == "submitted" or self.criteria == 0:
            return Decimal(0)
        return Decimal(self.criteria - self.marked) / self.criteria


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one assessor is with the bids of a round."""

    person_id: int
    name: str
    submitted: int
    begun: int
    untouched: int
    conflicts: int
    next_due: date | None
    last_step: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many bids being assessed have so many readers under way and so many submitted."""

    round_id: int
    live: int
    submitted: int
    bids: int


def queue(person_id: int) -> tuple[QueueRow, ...]:
    """What is on an assessor's table in their own reading order, work first, in one statement."""
    criteria = select(func.count()).where(Criterion.round_id == Application.round_id).scalar_subquery()
    marked = (
        select(func.count())
        .where(Mark.assessment_id == Assessment.id, is_marked())
        .correlate(Assessment)
        .scalar_subquery()
    )
    statement: Select[*tuple[Any, ...]] = (
        select(
            Assessment.id, Assessment.state, Assessment.due_on, Assessment.reading_order,
            Assessment.no_conflict_at, Assessment.submitted_at, Application.reference, Application.title,
            Organisation.name, Round.ref, Fund.name, Round.number, criteria, marked,
        )
        .join(Assessment.application)
        .join(Application.organisation)
        .join(Application.round)
        .join(Round.fund)
        .where(Assessment.assessor_id == person_id, Assessment.state.in_((*TO_DO, "submitted")))
        .order_by(Assessment.state == "submitted", Assessment.reading_order, Assessment.id)
        .limit(QUEUE_LIMIT)
    )  # fmt: skip
    return tuple(QueueRow(*row) for row in db.session.execute(statement))


def is_marked() -> ColumnElement[bool]:
    """A criterion is done when it has a mark, or does not apply, and says why."""
    return (Mark.score.is_not(None) | Mark.not_applicable) & (Mark.comment != "")


def by_id(assessment_id: int) -> Assessment | None:
    """An assessment with its bid, organisation, round, fund and form, in one statement."""
    bid = joinedload(Assessment.application)
    call = bid.joinedload(Application.round)
    return db.session.scalar(
        select(Assessment)
        .where(Assessment.id == assessment_id)
        .options(
            bid.joinedload(Application.organisation),
            call.joinedload(Round.fund),
            call.joinedload(Round.form_version),
            call.selectinload(Round.criteria),
            selectinload(Assessment.marks),
        )
    )


def of_bid(application_id: int) -> Sequence[Assessment]:
    """Every assessment of a bid with its assessor and marks, in one statement."""
    return of_bids([application_id]).get(application_id, [])


def of_bids(application_ids: Sequence[int]) -> dict[int, list[Assessment]]:
    """Every assessment of some bids with its marks, by bid, in one statement."""
    found: dict[int, list[Assessment]] = {}
    statement = _WITH_MARKS.where(among(Assessment.application_id, application_ids))
    for each in db.session.scalars(statement).unique() if application_ids else ():
        found.setdefault(each.application_id, []).append(each)
    return found


def latest_submission(application_id: int) -> Submission | None:
    """The last version of a bid that was sent in."""
    return db.session.scalar(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
    )


def latest_versions(application_id: int) -> Sequence[Submission]:
    """The last version of a bid that was sent in and the one before it, newest first."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(2)
    ).all()


def unsubmitted_by(person_id: int, application_ids: Sequence[int]) -> frozenset[int]:
    """Which of these bids this person has still to mark, so that no other score is shown to them."""
    statement = select(Assessment.application_id).where(
        Assessment.assessor_id == person_id,
        among(Assessment.application_id, application_ids),
        Assessment.state.in_(OPEN),
    )
    return frozenset(db.session.scalars(statement)) if application_ids else frozenset()


def progress_of_round(round_id: int) -> tuple[Progress, ...]:
    """How far every assessor of a round has come, in one statement."""
    number = func.count()
    each: Select[*tuple[Any, ...]] = (
        select(
            Assessment.assessor_id.label("person_id"),
            number.filter(Assessment.state == "submitted").label("submitted"),
            number.filter(Assessment.state.in_(("in_progress", "returned"))).label("begun"),
            number.filter(Assessment.state.in_(("invited", "accepted"))).label("untouched"),
            number.filter(Assessment.conflict_at.is_not(None)).label("conflicts"),
            func.min(Assessment.due_on).filter(Assessment.state.in_(TO_DO)).label("next_due"),
            func.max(Assessment.state_since).label("last_step"),
        )
        .join(Assessment.application)
        .where(Application.round_id == round_id, Assessment.state != "proposed")
        .group_by(Assessment.assessor_id)
    )
    sums = each.subquery()
    statement = select(Person.name, sums).join(Person, Person.id == sums.c.person_id)
    return tuple(Progress(**row) for row in db.session.execute(statement).mappings())


def load_of_round(round_id: int) -> dict[int, int]:
    """How many bids of a round each assessor has, by their id."""
    statement = (
        select(Assessment.assessor_id, func.count())
        .join(Assessment.application)
        .where(Application.round_id == round_id, Assessment.state.not_in(NOT_COUNTED))
        .group_by(Assessment.assessor_id)
    )
    return dict(db.session.execute(statement).all())


def counts_in_assessment(round_ids: Sequence[int]) -> tuple[Count, ...]:
    """How far the bids being assessed have come, grouped by round and number of readers, in one statement."""
    return tuple(Count(*row) for row in db.session.execute(_IN_ASSESSMENT, {"rounds": list(round_ids)}))


def assessors() -> Sequence[Person]:
    """Everybody who may be asked to assess, in order of name, in one statement."""
    return db.session.scalars(
        select(Person)
        .join(RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.ended_at.is_(None))
        .where(RoleGrant.role == Role.ASSESSOR.value, Person.is_active)
        .order_by(Person.name_key, Person.id)
    ).all()
