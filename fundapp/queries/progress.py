"""How far the rounds have come: their bids by state, and the assessors who are behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    DateTime,
    Select,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload, with_expression

from fundapp import clock
from fundapp.bulk import among_given
from fundapp.extensions import db
from fundapp.models.applications import LEFT_ALONE_UNTIL, Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Batch, Round
from fundapp.models.letters import Letter
from fundapp.models.people import Person
from fundapp.models.round_questions import RoundQuestion
from fundapp.queries.assessments import TO_DO
from fundapp.queries.letters import WAITS

LIVE = ("published", "assessed", "decided")
GATHERING = "gathering"
CHECKED = "checked"
LATER = "later"
LETTERS = "letters"
MOST_ROUNDS = 40
MOST_LATE = 200
_ROUNDS = select(Round).options(joinedload(Round.fund), joinedload(Round.form_version))
_ASKED = with_expression(
    Round.questions_open,
    select(func.count())
    .where(RoundQuestion.round_id == Round.id, RoundQuestion.state == "asked")
    .correlate(Round)
    .scalar_subquery(),
)
_LIVE = (
    _ROUNDS.options(_ASKED)
    .where(Round.state.in_(LIVE), Round.opens_at <= func.fundapp_now())
    .order_by(Round.closes_at.desc().nulls_first(), Round.id.desc())
    .limit(MOST_ROUNDS)
)
_NAMED = _ROUNDS.where(Round.ref == bindparam("ref"), Round.state != "draft")
_WITH_BUDGET = _NAMED.options(_ASKED, joinedload(Round.budgets))
_WHOLE = _WITH_BUDGET.options(selectinload(Round.criteria))
_SINCE = func.min(Assessment.due_on)
_LATE = (
    select(Application.round_id, Round.ref, Person.id, Person.name, func.count(), _SINCE)
    .select_from(Assessment)
    .join(Assessment.application)
    .join(Application.round)
    .join(Person, Person.id == Assessment.assessor_id)
    .where(Assessment.state.in_(TO_DO), Assessment.due_on < bindparam("today"))
    .group_by(Application.round_id, Round.ref, Person.id)
    .order_by(_SINCE, Person.name_key)
    .limit(MOST_LATE)
)
_INSTANT = DateTime(timezone=True)
_STATES: Select[*tuple[Any, ...]] = (
    select(
        Application.round_id, Application.state, Application.is_recommended, func.count(),
        cast(null(), _INSTANT),
    )
    .where(among_given(Application.round_id, "rounds"))
    .group_by(Application.round_id, Application.state, Application.is_recommended)
)  # fmt: skip
_GATHERING: Select[*tuple[Any, ...]] = (
    select(Application.round_id, literal(GATHERING), null(), func.count(), null())
    .outerjoin(Batch, Batch.id == Application.batch_id)
    .where(
        among_given(Application.round_id, "rounds"),
        Application.state == "submitted",
        or_(Application.batch_id.is_not(None), Application.extended_to.is_not(None)),
        bindparam("now", type_=_INSTANT) < LEFT_ALONE_UNTIL,
    )
    .group_by(Application.round_id)
)
_LATER: Select[*tuple[Any, ...]] = (
    select(Application.round_id, literal(LATER), null(), func.count(), null())
    .where(
        among_given(Application.round_id, "rounds"),
        Application.state == "draft",
        Application.extended_to > bindparam("now", type_=_INSTANT),
    )
    .group_by(Application.round_id)
)
_CHECKED: Select[*tuple[Any, ...]] = (
    select(Application.round_id, literal(CHECKED), null(), func.count(), func.min(Batch.cut_off_at))
    .join(Batch, Batch.id == Application.batch_id)
    .where(
        among_given(Application.round_id, "rounds"),
        Application.state.in_(("submitted", "in_triage", "clarification")),
    )
    .group_by(Application.round_id)
)
_LETTERS: Select[*tuple[Any, ...]] = select(
    literal(0), literal(LETTERS), null(), func.count(), func.min(Letter.created_at)
).where(WAITS)
_OF_ROUNDS = (_STATES, _GATHERING, _LATER, _CHECKED)
_COUNTS = union_all(*_OF_ROUNDS)
_COUNTS_AND_LETTERS = union_all(*_OF_ROUNDS, _LETTERS)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many bids of a round are in one state, apart by what their assessment came to.

    `since` is known of what is counted besides: see `counts`.
    """

    round_id: int
    state: str
    is_recommended: bool | None
    bids: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters wait for somebody to release them, and since when the oldest does."""

    count: int
    since: datetime | None


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
    return db.session.scalars(_LIVE).all()


def by_ref(ref: str) -> Round | None:
    """A round past its set-up with its fund, form, criteria and budget, in two statements.

    With the criteria joined too, each would come once for every year of the budget.
    """
    return db.session.scalars(_WHOLE, {"ref": ref}).unique().one_or_none()


def with_budget(ref: str) -> Round | None:
    """A round past its set-up with its fund, form and budget, in one statement."""
    return db.session.scalars(_WITH_BUDGET, {"ref": ref}).unique().one_or_none()


def named(ref: str) -> Round | None:
    """A round past its set-up with its fund and form, in one statement."""
    return db.session.scalar(_NAMED, {"ref": ref})


def counts(round_ids: Sequence[int]) -> tuple[StateCount, ...]:
    """The bids of some rounds by state, in one statement.

    Counted once more are those sent in that wait for their batch or a close of their own, as `GATHERING`;
    drafts with a later close of their own, as `LATER`; and those of a batch that are not checked, as
    `CHECKED`, since the first cut-off among them.
    """
    return _counted(_COUNTS, round_ids)


def counts_and_letters(round_ids: Sequence[int]) -> tuple[tuple[StateCount, ...], Letters]:
    """The same, and the letters of all rounds that wait for a second person; still one statement."""
    found = _counted(_COUNTS_AND_LETTERS, round_ids)
    letters = next(each for each in found if each.state == LETTERS)
    return tuple(each for each in found if each is not letters), Letters(letters.bids, letters.since)


def _counted(statement: CompoundSelect[*tuple[Any, ...]], round_ids: Sequence[int]) -> tuple[StateCount, ...]:
    given = {"rounds": list(round_ids), "now": clock.now()}
    return tuple(StateCount(*row) for row in db.session.execute(statement, given))


def late_assessors(today: date) -> tuple[Late, ...]:
    """Who has reads past their date, the longest first, in one statement."""
    return tuple(Late(*row) for row in db.session.execute(_LATE, {"today": today}))
