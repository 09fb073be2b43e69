"""How far the rounds have come: their bids by state, and the assessors who are behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, null, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Batch, Fund, Round
from fundapp.models.people import Person
from fundapp.queries.assessments import TO_DO

LIVE = ("published", "assessed", "decided")
GATHERING = "gathering"
MOST_ROUNDS = 40
MOST_LATE = 200


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many bids of a round are in one state, apart by what their assessment came to."""

    round_id: int
    state: str
    is_recommended: bool | None
    bids: int


@dataclass(frozen=True, slots=True)
class Late:
    """An assessor with reads of a round past their date."""

    round_id: int
    round_ref: str
    person_id: int
    name: str
    reads: int
    since: date | None


def live() -> Sequence[Round]:
    """The rounds that have opened and are not at their end, the one that closes or closed last first."""
    return db.session.scalars(
        select(Round)
        .where(Round.state.in_(LIVE), Round.opens_at <= clock.now())
        .options(joinedload(Round.fund), joinedload(Round.form_version))
        .order_by(Round.closes_at.desc().nulls_first(), Round.id.desc())
        .limit(MOST_ROUNDS)
    ).all()


def by_ref(ref: str) -> Round | None:
    """A round past its set-up with its fund, form, criteria and budget, in two statements.

    With the criteria joined too, the form and the terms would come, and be read, once for each of them.
    """
    return db.session.scalars(_with_budget(ref).options(selectinload(Round.criteria))).unique().one_or_none()


def with_budget(ref: str) -> Round | None:
    """A round past its set-up with its fund, form and budget, in one statement."""
    return db.session.scalars(_with_budget(ref)).unique().one_or_none()


def named(ref: str) -> Round | None:
    """A round past its set-up with its fund and form, in one statement."""
    return db.session.scalar(
        select(Round)
        .where(Round.ref == ref, Round.state != "draft")
        .options(joinedload(Round.fund), joinedload(Round.form_version))
    )


def counts(round_ids: Sequence[int]) -> tuple[StateCount, ...]:
    """The bids of some rounds by state, in one statement.

    Those sent in whose batch gathers others still are counted once more, as `GATHERING`.
    """
    states: Select[*tuple[Any, ...]] = (
        select(
            Application.round_id,
            Application.state,
            Application.is_recommended,
            func.count(),
        )
        .where(Application.round_id.in_(round_ids))
        .group_by(Application.round_id, Application.state, Application.is_recommended)
    )
    gathering: Select[*tuple[Any, ...]] = (
        select(Application.round_id, literal(GATHERING), null(), func.count())
        .join(Batch, Batch.id == Application.batch_id)
        .where(
            Application.round_id.in_(round_ids),
            Application.state == "submitted",
            Batch.cut_off_at > clock.now(),
        )
        .group_by(Application.round_id)
    )
    return tuple(StateCount(*row) for row in db.session.execute(union_all(states, gathering)))


def late_assessors(today: date) -> tuple[Late, ...]:
    """Who has reads past their date, the longest first, in one statement."""
    since = func.min(Assessment.due_on)
    statement = (
        select(Application.round_id, Round.ref, Person.id, Person.name, func.count(), since)
        .select_from(Assessment)
        .join(Assessment.application)
        .join(Application.round)
        .join(Person, Person.id == Assessment.assessor_id)
        .where(Assessment.state.in_(TO_DO), Assessment.due_on < today)
        .group_by(Application.round_id, Round.ref, Person.id)
        .order_by(since, Person.name_key)
        .limit(MOST_LATE)
    )
    return tuple(Late(*row) for row in db.session.execute(statement))


def _with_budget(ref: str) -> Select[Round]:
    return (
        select(Round)
        .where(Round.ref == ref, Round.state != "draft")
        .options(
            joinedload(Round.fund).defer(Fund.definition),
            joinedload(Round.form_version),
            joinedload(Round.budgets),
        )
    )
