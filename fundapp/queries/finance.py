"""What finance looks at: work that waits, where the money of awards is, and what has to agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CompoundSelect,
    DateTime,
    Integer,
    Select,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, ClaimLine, PaymentLine, PaymentRun
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation

# What waits for finance, and what waits for anybody: a question is the organisation's to answer.
OURS = ("submitted", "checked", "approved")
WAITING = (*OURS, "queried")
APPROVED = ("approved", "in_run")
BEING_CHECKED = ("submitted", "queried", "checked")
MOST_WAITING = 5_000
MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim on its way, with what its lines come to and the days its round promised to pay in."""

    id: int
    number: int
    state: str
    submitted_at: datetime
    award_id: int
    award: str
    award_state: str
    award_pence: int
    organisation: str
    approved_pence: int
    payable_pence: int
    rate_bp: int
    promised_days: int


@dataclass(frozen=True, slots=True)
class Other:
    """Something else that waits, or a figure that must agree: its kind, since when, how much, how many."""

    kind: str
    id: int
    name: str
    since: datetime | None
    pence: int
    count: int


@dataclass(frozen=True, slots=True)
class AwardMoney:
    """How far the money of an award has come, in pence; `checking_cost` is cost not yet judged."""

    paid_pence: int = 0
    approved_pence: int = 0
    retained_pence: int = 0
    checking_cost_pence: int = 0
    claims: int = 0
    claims_ended: int = 0
    state: str | None = None


def waiting_claims() -> tuple[Waiting, ...]:
    """Every claim between being made and being paid, the oldest first, in one statement."""
    return tuple(Waiting(*row) for row in db.session.execute(_waiting()))


@cache
def _waiting() -> Select[*tuple[Any, ...]]:
    days = cast(Round.terms["promises"]["pay_days"].astext, Integer)
    promised = select(Round.id, days.label("days")).cte("promised").prefix_with("MATERIALIZED")
    return (
        select(
            Claim.id,
            Claim.number,
            Claim.state,
            Claim.submitted_at,
            Award.id,
            Award.reference,
            Award.state,
            Award.amount_pence,
            Organisation.name,
            _cost_of(Claim),
            Claim.payable_pence,
            Award.rate_bp,
            promised.c.days,
        )
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(promised, promised.c.id == Application.round_id)
        .where(Claim.state.in_(WAITING))
        .order_by(Claim.submitted_at, Claim.id)
        .limit(MOST_WAITING)
    )


def other_work() -> tuple[Other, ...]:
    """Runs and bank details that wait, and the sums that must agree with the ledger, in one statement."""
    return tuple(Other(*row) for row in db.session.execute(_others()))


@cache
def _others() -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(_runs(), _accounts(), _claims_paid(), _bank_paid(), _came_back())


def money_of(award_ids: Sequence[int]) -> Mapping[int, AwardMoney]:
    """How far the money of each of these awards has come, in one statement."""
    found = db.session.execute(_money(), {"awards": list(award_ids)}) if award_ids else ()
    return {row[0]: _award_money(row[1:]) for row in found}


@cache
def _money() -> Select[*tuple[Any, ...]]:
    awards = any_(bindparam("awards", type_=ARRAY(BigInteger)))
    cost = (
        select(Claim.id, func.sum(ClaimLine.approved_pence).label("pence"))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(Claim.award_id == awards, Claim.state.in_(BEING_CHECKED))
        .group_by(Claim.id)
        .subquery()
    )
    first = aliased(Claim)
    next_up = (
        select(first.state)
        .where(first.award_id == Claim.award_id, first.state.not_in(("paid", "rejected")))
        .order_by(first.number)
        .limit(1)
        .correlate(Claim)
        .scalar_subquery()
    )
    return (
        select(
            Claim.award_id,
            _sum_in(Claim.payable_pence, ("paid",)),
            _sum_in(Claim.payable_pence, APPROVED),
            _sum_in(Claim.retained_pence, ("paid", *APPROVED)),
            func.coalesce(func.sum(cost.c.pence), 0),
            func.count(Claim.id),
            func.count(Claim.id).filter(Claim.state.in_(("paid", "rejected"))),
            next_up,
        )
        .outerjoin(cost, cost.c.id == Claim.id)
        .where(Claim.award_id == awards)
        .group_by(Claim.award_id)
    )


def _award_money(row: Sequence[Any]) -> AwardMoney:
    paid, approved, retained, cost, claims, ended = (int(value) for value in row[:6])
    return AwardMoney(paid, approved, retained, cost, claims, ended, row[6])


def _sum_in(column: Any, states: tuple[str, ...]) -> Any:
    return func.coalesce(func.sum(column).filter(Claim.state.in_(states)), 0)


def _cost_of(claim: Any) -> Any:
    total = select(func.coalesce(func.sum(ClaimLine.approved_pence), 0)).where(ClaimLine.claim_id == claim.id)
    return cast(total.correlate(claim).scalar_subquery(), BigInteger)


def _row(kind: Any, id_: Any, name: Any, since: Any, pence: Any, count: Any) -> Select[*tuple[Any, ...]]:
    """One row of `Other`, every column of one type whatever it is read from."""
    return select(
        cast(kind, Text),
        cast(id_, BigInteger),
        cast(name, Text),
        cast(since, DateTime(timezone=True)),
        cast(func.coalesce(pence, 0), BigInteger),
        cast(count, BigInteger),
    )


def _runs() -> Select[*tuple[Any, ...]]:
    """Runs that are not at their end, with their sum and how many payments they hold."""
    lines = (func.sum(PaymentLine.pence), func.count(PaymentLine.id))
    return (
        _row(
            literal("run_") + PaymentRun.state,
            PaymentRun.id,
            PaymentRun.number,
            PaymentRun.state_since,
            *lines,
        )
        .outerjoin(PaymentLine, PaymentLine.run_id == PaymentRun.id)
        .where(PaymentRun.state.in_(("draft", "approved", "exported")))
        .group_by(PaymentRun.id)
    )


def _accounts() -> Select[*tuple[Any, ...]]:
    """Bank details in force that two people have not verified; the count is of those who have."""
    verified = case((BankAccount.first_verifier_id.is_(None), 0), else_=1)
    return (
        _row(literal("bank"), BankAccount.id, Organisation.name, BankAccount.entered_at, 0, verified)
        .join(Organisation, Organisation.id == BankAccount.organisation_id)
        .where(BankAccount.replaced_at.is_(None), BankAccount.verified_at.is_(None))
        .order_by(BankAccount.entered_at)
        .limit(MOST_ACCOUNTS)
    )


def _claims_paid() -> Select[*tuple[Any, ...]]:
    """What the claims that are paid come to."""
    return _row(literal("claims_paid"), 0, "", null(), func.sum(Claim.payable_pence), func.count()).where(
        Claim.state == "paid"
    )


def _bank_paid() -> Select[*tuple[Any, ...]]:
    """What the bank has said it paid."""
    return _row(literal("bank_paid"), 0, "", null(), func.sum(PaymentLine.pence), func.count()).where(
        PaymentLine.result == "paid"
    )


def _came_back() -> Select[*tuple[Any, ...]]:
    """What the bank refused and nobody has sent again."""
    sums = (func.sum(PaymentLine.pence), func.count())
    again = aliased(PaymentLine)
    sent_again = (
        select(again.id).where(again.claim_id == PaymentLine.claim_id, again.id > PaymentLine.id).exists()
    )
    return (
        _row(literal("came_back"), 0, "", func.max(PaymentLine.result_on), *sums)
        .where(PaymentLine.result == "refused", ~sent_again)
    )  # fmt: skip
