"""Claims and payment runs as finance and applicants look them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person

PAGE_SIZE = 50
MOST_TO_PAY = 500
MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One line of the list of claims."""

    id: int
    number: int
    state: str
    state_since: datetime
    period_ends_on: date
    submitted_at: datetime | None
    payable_pence: int
    retained_pence: int
    award: str
    award_pence: int
    organisation: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One line of the list of payment runs."""

    id: int
    number: int
    state: str
    state_since: datetime
    created_at: datetime
    prepared_by: str
    payments: int
    pence: int
    refused: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the cursor of the page after them."""

    rows: tuple[Any, ...]
    older: int | None


def in_state(state: str | None, after: int | None = None) -> Page:
    """Claims in one state (or all that were ever made), newest first, in one statement."""
    statement = _claims().order_by(Claim.id.desc()).limit(PAGE_SIZE + 1)
    statement = statement.where(Claim.state == state if state else Claim.submitted_at.is_not(None))
    if after is not None:
        statement = statement.where(Claim.id < after)
    return _page([ClaimRow(*row) for row in db.session.execute(statement)])


def to_pay() -> tuple[ClaimRow, ...]:
    """Approved claims that no run holds, the longest approved first."""
    statement = _claims().where(Claim.state == "approved").order_by(Claim.state_since, Claim.id)
    return tuple(ClaimRow(*row) for row in db.session.execute(statement.limit(MOST_TO_PAY)))


def by_id(number: int) -> Claim | None:
    """A claim with its lines, award, bid, organisation and round, in two statements."""
    return db.session.scalar(
        select(Claim)
        .where(Claim.id == number)
        .options(
            selectinload(Claim.lines),
            joinedload(Claim.award).options(
                joinedload(Award.application).options(
                    joinedload(Application.organisation),
                    joinedload(Application.lead),
                    joinedload(Application.round).joinedload(Round.fund),
                ),
            ),
        )
    )


def some(numbers: Sequence[int]) -> Sequence[Claim]:
    """These claims with what paying them needs."""
    return db.session.scalars(
        select(Claim)
        .where(Claim.id.in_(numbers))
        .options(
            joinedload(Claim.award).options(
                joinedload(Award.application).defer(Application.summary), selectinload(Award.conditions)
            )
        )
        .order_by(Claim.id)
    ).all()


def runs(after: int | None = None) -> Page:
    """Payment runs, newest first, in one statement."""
    refused = func.count(PaymentLine.id).filter(PaymentLine.result == "refused")
    statement = (
        select(
            PaymentRun.id,
            PaymentRun.number,
            PaymentRun.state,
            PaymentRun.state_since,
            PaymentRun.created_at,
            Person.name,
            func.count(PaymentLine.id),
            func.coalesce(func.sum(PaymentLine.pence), 0),
            refused,
        )
        .join(Person, Person.id == PaymentRun.prepared_by_id)
        .outerjoin(PaymentLine, PaymentLine.run_id == PaymentRun.id)
        .group_by(PaymentRun.id, Person.name)
        .order_by(PaymentRun.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if after is not None:
        statement = statement.where(PaymentRun.id < after)
    return _page([RunRow(*row) for row in db.session.execute(statement)])


def run_by_number(number: int) -> PaymentRun | None:
    """A run with its payments, their claims, awards, organisations and accounts."""
    return db.session.scalar(
        select(PaymentRun)
        .where(PaymentRun.number == number)
        .options(
            joinedload(PaymentRun.prepared_by),
            selectinload(PaymentRun.lines).options(
                joinedload(PaymentLine.bank_account),
                joinedload(PaymentLine.claim)
                .joinedload(Claim.award)
                .joinedload(Award.application)
                .options(
                    defer(Application.summary),
                    joinedload(Application.organisation),
                ),
            ),
        )
    )


def account_by_id(number: int) -> BankAccount | None:
    """Bank details with the organisation they belong to."""
    return db.session.scalar(
        select(BankAccount).where(BankAccount.id == number).options(joinedload(BankAccount.organisation))
    )


def accounts_to_verify() -> Sequence[BankAccount]:
    """Bank details in force that two people have not verified yet, the oldest first."""
    return db.session.scalars(
        select(BankAccount)
        .where(BankAccount.replaced_at.is_(None), BankAccount.verified_at.is_(None))
        .options(joinedload(BankAccount.organisation))
        .order_by(BankAccount.entered_at)
        .limit(MOST_ACCOUNTS)
    ).all()


@cache
def _claims() -> Select[*tuple[Any, ...]]:
    in_force = (BankAccount.organisation_id == Organisation.id) & BankAccount.replaced_at.is_(None)
    return (
        select(
            Claim.id,
            Claim.number,
            Claim.state,
            Claim.state_since,
            Claim.period_ends_on,
            Claim.submitted_at,
            Claim.payable_pence,
            Claim.retained_pence,
            Award.reference,
            Award.amount_pence,
            Organisation.name,
            BankAccount.verified_at,
        )
        .join(Award, Award.id == Claim.award_id)
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(BankAccount, in_force)
    )


def _page(rows: list[Any]) -> Page:
    return Page(tuple(rows[:PAGE_SIZE]), rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None)
