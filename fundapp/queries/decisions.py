"""Recommendations that wait for the delegate, and what the delegate decided, as the decider looks them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from fundapp.models.funds import Fund, Round
from fundapp.models.organisations import Organisation

PAGE_SIZE = 50
TAKEN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bid the board recommends, for how much and why."""

    id: int
    reference: str
    title: str
    organisation: str
    fund: str
    round_number: int
    amount_pence: int
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """A decision of the delegate, and when it takes effect."""

    reference: str
    title: str
    organisation: str
    outcome: str
    amount_pence: int
    decided_at: datetime
    effective_at: datetime


def waiting(after: int | None = None) -> tuple[Sequence[Waiting], int | None]:
    """The recommendations that wait, oldest bid first, and the cursor of the next page; one statement."""
    newest = (
        select(func.max(Decision.id))
        .where(Decision.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    statement = (
        select(
            Application.id, Application.reference, Application.title, Organisation.name, Fund.name,
            Round.number, Decision.amount_pence, Decision.reason, Application.state_since,
        )
        .join(Application.organisation)
        .join(Application.round)
        .join(Round.fund)
        .join(Decision, Decision.id == newest)
        .where(Application.state == "awaiting_decision")
        .order_by(Application.id)
        .limit(PAGE_SIZE + 1)
    )  # fmt: skip
    if after is not None:
        statement = statement.where(Application.id > after)
    rows = [Waiting(*row) for row in db.session.execute(statement)]
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def taken() -> Sequence[Taken]:
    """The delegate's latest decisions, the newest first."""
    statement = (
        select(
            Application.reference, Application.title, Organisation.name, Decision.outcome,
            Decision.amount_pence, Decision.decided_at, Decision.effective_at,
        )
        .join(Decision.application)
        .join(Application.organisation)
        .where(Decision.body == "delegate")
        .order_by(Decision.id.desc())
        .limit(TAKEN_SHOWN)
    )  # fmt: skip
    return [Taken(*row) for row in db.session.execute(statement)]


def by_reference(reference: str) -> Application | None:
    """A bid that came as far as the delegate, with its round, organisation and lead."""
    return db.session.scalars(
        select(Application)
        .where(
            Application.reference == reference,
            Application.id.in_(select(Decision.application_id).where(Decision.outcome == "recommend")),
        )
        .options(
            joinedload(Application.organisation),
            joinedload(Application.lead),
            joinedload(Application.round).options(joinedload(Round.fund), joinedload(Round.form_version)),
        )
    ).one_or_none()


def history(application_id: int) -> Sequence[Decision]:
    """Every decision on a bid, the first first."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.application_id == application_id)
        .options(joinedload(Decision.decided_by))
        .order_by(Decision.id)
    ).all()
