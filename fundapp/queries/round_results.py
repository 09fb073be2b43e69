"""What became of a fund's finished rounds: only those whose every decision may be known outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.decisions import Decision
from fundapp.models.funds import Batch, Round
from fundapp.models.organisations import Organisation
from fundapp.queries import register
from workflows.rules.release import SETTLED

ROUNDS_SHOWN = 6
FINAL = ("approve", "decline", "reserve")
DAY = 86_400
_NOW = bindparam("now", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class Result:
    """One finished round. `eligible` bids were sent in, were not found ineligible and stayed in.

    `days` is the median number of whole days from the close to a bid's last decision; nothing without one.
    """

    ref: str
    number: int
    title: str
    started: int
    submitted: int
    eligible: int
    recommended: int
    funded: int
    asked_pence: int
    awarded_pence: int
    days: int | None


@dataclass(frozen=True, slots=True)
class District:
    """How many bids of a round came from one district, and how many of them were funded."""

    authority: str | None
    submitted: int
    funded: int


def of_fund(fund_id: int) -> Sequence[Result]:
    """The latest finished rounds of a fund, newest first; one statement."""
    return [Result(*row) for row in db.session.execute(_finished(), {"fund_id": fund_id, "now": clock.now()})]


def by_district(round_id: int) -> Sequence[District]:
    """The bids sent in to a round by district, most first; one statement."""
    sent = func.count(Application.id)
    statement = (
        select(Organisation.authority, sent, func.count(Award.id))
        .select_from(Application)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Award, _funded())
        .where(Application.round_id == round_id, _sent_in())
        .group_by(Organisation.authority)
        .order_by(sent.desc(), Organisation.authority)
    )
    return [District(*row) for row in db.session.execute(statement, {"now": clock.now()})]


@cache
def _finished() -> Select[*tuple[Any, ...]]:
    """The statement, made once: putting it together costs as much as a page of results.

    A round in which a bid still waits is left out at the first such bid, before any is counted.
    """
    last = _last_decisions()
    waited = func.extract("epoch", last.c.decided_at - func.coalesce(Batch.cut_off_at, Round.closes_at))
    return (
        select(
            Round.ref,
            Round.number,
            Round.title,
            func.count(Application.id),
            func.count(Application.id).filter(_sent_in()),
            func.count(Application.id).filter(
                _sent_in(), Application.state.not_in(("withdrawn", "ineligible"))
            ),
            func.count(Application.id).filter(Application.is_recommended.is_(True)),
            func.count(Award.id),
            _pence(func.sum(Application.grant_requested_pence).filter(_sent_in())),
            _pence(func.sum(Award.amount_pence)),
            cast(func.round(func.percentile_cont(0.5).within_group(waited / DAY)), BigInteger),
        )
        .select_from(Round)
        .outerjoin(Application, Application.round_id == Round.id)
        .outerjoin(Batch, Batch.id == Application.batch_id)
        .outerjoin(Award, _funded())
        .outerjoin(last, last.c.application_id == Application.id)
        .where(Round.fund_id == bindparam("fund_id"), _is_over(), not_(_has_one_that_waits()))
        .group_by(Round.id)
        .order_by(Round.closes_at.desc(), Round.id.desc())
        .limit(ROUNDS_SHOWN)
    )


def _pence(total: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(total, 0), BigInteger)


def _is_over() -> ColumnElement[bool]:
    """The round is closed and its release has come."""
    return and_(Round.state.not_in(("draft", "cancelled")), Round.closes_at <= _NOW, Round.release_at <= _NOW)


def _has_one_that_waits() -> ColumnElement[bool]:
    """A bid of the round was sent in and is undecided, or its decision is still held."""
    bid = aliased(Application)
    held = or_(bid.decision_release_at.is_(None), bid.decision_release_at > _NOW)
    waits = or_(bid.state.not_in(SETTLED), and_(bid.state.not_in(("withdrawn", "ineligible")), held))
    return exists().where(bid.round_id == Round.id, bid.submitted_at.is_not(None), waits)


def _sent_in() -> ColumnElement[bool]:
    return Application.submitted_at.is_not(None)


def _funded() -> ColumnElement[bool]:
    """An award that stands in the public register."""
    return and_(Award.application_id == Application.id, register.is_public(_NOW))


def _last_decisions() -> Any:
    return (
        select(Decision.application_id, func.max(Decision.decided_at).label("decided_at"))
        .where(Decision.outcome.in_(FINAL))
        .group_by(Decision.application_id)
        .subquery()
    )
