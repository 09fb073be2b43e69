"""Awards in lists: the public register and every commitment as finance sees it, by the page or streamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.funds import Fund, Round
from fundapp.models.organisations import Organisation

PAGE_SIZE = 50
AT_ONCE = 500
# An award is public from its offer on; one that came to nothing before it was accepted is not listed.
GIVEN_BACK = ("lapsed", "declined_by_applicant", "withdrawn")
PUBLIC_STATES = ("offered", "accepted", "live", "completed", "terminated")


@dataclass(frozen=True, slots=True)
class AwardRow:
    """One award of a list."""

    id: int
    reference: str
    bid_reference: str
    title: str
    summary: str
    organisation: str
    company_number: str | None
    authority: str | None
    fund: str
    fund_slug: str
    round_number: int
    round_ref: str
    state: str
    instrument: str
    amount_pence: int
    cost_pence: int
    rate_bp: int
    financial_year: int
    starts_on: date
    ends_on: date
    approved_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which awards: those everybody may know, or all; of a fund, a district, a financial year, in a state."""

    is_public: bool
    fund_slug: str | None = None
    authority: str | None = None
    financial_year: int | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some awards, newest first, with the cursors of the pages on either side."""

    rows: tuple[AwardRow, ...]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """How many awards the filter finds and what they come to; `standing` are those not given back."""

    awards: int
    pence: int
    standing: int
    standing_pence: int


_COLUMNS = (
    Award.id, Award.reference, Application.reference, Application.title, Application.summary,
    Organisation.name, Organisation.company_number, Organisation.authority,
    Fund.name, Fund.slug, Round.number, Round.ref, Award.state, Award.instrument,
    Award.amount_pence, Award.eligible_cost_pence, Award.rate_bp, Award.financial_year,
    Award.starts_on, Award.ends_on, Award.approved_at, Application.decision_release_at,
)  # fmt: skip
_STANDS = Award.state.not_in(GIVEN_BACK)
_COUNT, _PENCE = func.count(Award.id), func.sum(Award.amount_pence)
_SUMS = (_COUNT, _PENCE, _COUNT.filter(_STANDS), _PENCE.filter(_STANDS))


def page(wanted: Wanted, *, after: int | None = None, before: int | None = None) -> Page:
    """One page of awards, in one statement."""
    if before is not None:
        rows = _rows(_matching(wanted).where(Award.id > before).order_by(Award.id))
        shown, more = tuple(reversed(rows[:PAGE_SIZE])), len(rows) > PAGE_SIZE
        return Page(shown, shown[0].id if more else None, shown[-1].id if shown else None)
    statement = _matching(wanted) if after is None else _matching(wanted).where(Award.id < after)
    rows = _rows(statement.order_by(Award.id.desc()))
    shown, more = tuple(rows[:PAGE_SIZE]), len(rows) > PAGE_SIZE
    newer = shown[0].id if after is not None and shown else None
    return Page(shown, newer, shown[-1].id if more else None)


def every(wanted: Wanted) -> Iterator[AwardRow]:
    """All matching awards, newest first, a few hundred at a time so that memory stays flat."""
    statement = _matching(wanted).order_by(Award.id.desc())
    rows = _rows(statement, AT_ONCE)
    while rows:
        yield from rows
        rows = _rows(statement.where(Award.id < rows[-1].id), AT_ONCE) if len(rows) == AT_ONCE else []


def summary(wanted: Wanted) -> Summary:
    """How many there are and what they come to."""
    row = db.session.execute(_filtered(_joined(_SUMS), wanted)).one()
    return Summary(*(int(value or 0) for value in row))


def funds_and_years(*, is_public: bool) -> tuple[tuple[tuple[str, str], ...], tuple[int, ...]]:
    """The funds (slug, name) and financial years there are awards of, for choosing among them."""
    choices = (Fund.slug, Fund.name, Award.financial_year)
    found = _filtered(_joined(choices).distinct(), Wanted(is_public))
    rows = db.session.execute(found).all()
    funds = dict(sorted({row[0]: row[1] for row in rows}.items(), key=lambda item: item[1]))
    return tuple(funds.items()), tuple(sorted({row[2] for row in rows}, reverse=True))


def is_public(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """That an award, joined with its bid, was offered and its decision may be known outside by `now`."""
    was_accepted = and_(Award.state == "withdrawn", Award.accepted_at.is_not(None))
    offered = or_(Award.state.in_(PUBLIC_STATES), was_accepted)
    return and_(offered, Application.decision_release_at <= now)


def _matching(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    return _filtered(_joined(_COLUMNS), wanted)


@cache
def _joined(columns: tuple[Any, ...]) -> Select[*tuple[Any, ...]]:
    """Awards with what they belong to; the few sets of columns there are, each put together once."""
    return (
        select(*columns)
        .select_from(Award)
        .join(Application, Application.id == Award.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Round, Round.id == Application.round_id)
        .join(Fund, Fund.id == Round.fund_id)
    )


def _filtered(statement: Select[*tuple[Any, ...]], wanted: Wanted) -> Select[*tuple[Any, ...]]:
    if wanted.is_public:
        statement = statement.where(is_public(clock.now()))
    for column, value in (
        (Fund.slug, wanted.fund_slug),
        (Organisation.authority, wanted.authority),
        (Award.financial_year, wanted.financial_year),
        (Award.state, wanted.state),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement


def _rows(statement: Select[*tuple[Any, ...]], limit: int = PAGE_SIZE + 1) -> list[AwardRow]:
    return [AwardRow(*row) for row in db.session.execute(statement.limit(limit))]
