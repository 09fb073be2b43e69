"""The ranked list of a round: places, running totals and every single assessor's total, page by page."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, case, cast, func, literal, or_, select, text, true

from fundapp.bulk import among
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.organisations import Organisation

PAGE_SIZE = 50
GONE = ("withdrawn", "ineligible", "draft")


@dataclass(slots=True)
class RankedRow:
    """One bid in its place, with what all bids down to it ask for together."""

    id: int
    reference: str
    title: str
    organisation: str
    authority: str | None
    state: str
    is_recommended: bool
    asks_pence: int
    score: Decimal
    spread: Decimal | None
    place: int
    position: int
    running_pence: int
    totals: list[Decimal] = field(default_factory=list)
    set_aside: int = 0


@dataclass(frozen=True, slots=True)
class Short:
    """The first bid that does not fit: what it asks for, and what its year still has."""

    asks_pence: int
    year: int
    left_pence: int


@dataclass(frozen=True, slots=True)
class Line:
    """Where the money runs out: the last bid that fits, and the first that does not."""

    budget_pence: int
    above: int
    used_pence: int
    score: Decimal | None
    short: Short | None
    ranked: int
    unsure: tuple[int, int] | None

    @property
    def left_pence(self) -> int:
        """What the bids above the line leave of the budget."""
        return self.budget_pence - self.used_pence


def page(round_id: int, after: int = 0) -> tuple[RankedRow, ...]:
    """The assessed bids of a round after a position in the list, with their dots, in two statements.

    Those that reached the round's threshold come first; the others follow, without a place.
    """
    ranked = _ranked(round_id).subquery()
    following = select(ranked).where(ranked.c.position > after)
    shown = following.order_by(ranked.c.position).limit(PAGE_SIZE).subquery()
    rows = db.session.execute(
        select(
            shown.c.id, Application.reference, Application.title, Organisation.name, Organisation.authority,
            Application.state, shown.c.recommended, shown.c.asks, shown.c.score, shown.c.spread,
            shown.c.place, shown.c.position, shown.c.running,
        )
        .join(Application, Application.id == shown.c.id)
        .join(Application.organisation)
        .order_by(shown.c.position)
    )  # fmt: skip
    return _with_dots([RankedRow(*row) for row in rows])


def line(round_id: int, budgets: Mapping[int, int], today: date) -> Line:
    """Where the money runs out, going strictly down the list, and whose place is unsure; one statement.

    Each bid is paid from the budget of its year, as an approval would be: the line stands above the first
    one whose year has not enough. A bid's place is unsure when its own assessors' totals lie on both sides
    of the score at the line.
    """
    year = _paying_year(sorted(budgets), today).label("year")
    ranked = _ranked(round_id).add_columns(year).where(Application.is_recommended.is_(True)).cte("ranked")
    of_year = func.sum(ranked.c.asks).over(
        partition_by=ranked.c.year, order_by=ranked.c.position, rows=(None, 0)
    )
    spent = select(ranked, of_year.label("of_year")).cte("spent")
    is_over = spent.c.of_year > case(dict(budgets), value=spent.c.year)
    short = select(func.count().label("ranked"), func.min(spent.c.position).filter(is_over).label("at")).cte(
        "short"
    )
    is_above = or_(short.c.at.is_(None), spent.c.position < short.c.at)
    is_next = spent.c.position == short.c.at
    summary = (
        select(
            short.c.ranked,
            func.count().filter(is_above).label("above"),
            func.max(spent.c.running).filter(is_above).label("used"),
            func.min(spent.c.score).filter(is_above).label("score"),
            func.max(spent.c.asks).filter(is_next).label("asks"),
            func.max(spent.c.of_year).filter(is_next).label("of_year"),
            func.max(spent.c.year).filter(is_next).label("year"),
        )
        .select_from(short)
        .outerjoin(spent, true())
        .group_by(short.c.ranked)
        .cte("summary")
    )
    unsure = (
        select(func.min(ranked.c.position).label("first"), func.max(ranked.c.position).label("last"))
        .select_from(ranked)
        .join(summary, summary.c.year.is_not(None))
        .where(
            ranked.c.spread > func.abs(ranked.c.score - summary.c.score),
            _some_total(ranked, Assessment.total < summary.c.score),
            _some_total(ranked, Assessment.total > summary.c.score),
        )
        .cte("unsure")
    )
    found = db.session.execute(select(summary, unsure).join(unsure, true())).one()
    return Line(
        budget_pence=sum(budgets.values()),
        above=found.above if found.ranked else 0,
        used_pence=int(found.used or 0),
        score=None if found.year is None else found.score,
        short=None
        if found.year is None
        else Short(int(found.asks), found.year, budgets[found.year] - int(found.of_year) + int(found.asks)),
        ranked=found.ranked,
        unsure=None if found.first is None else (found.first, found.last),
    )


def _paying_year(years: Sequence[int], today: date) -> ColumnElement[int]:
    """The year whose budget pays a bid, as `workflows.rules.budget.paying_year` says of a day."""
    starts_on = func.coalesce(Application.starts_on, today)
    wanted = cast(func.extract("year", starts_on - text("interval '3 months'")), Integer)
    nearer = [(wanted <= (one + after) // 2, one) for one, after in pairwise(years)]
    return case(*nearer, else_=years[-1]) if nearer else literal(years[-1])


def _some_total(ranked: CTE, side: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of a bid's counting totals lies on a side of the line."""
    return (
        select(Assessment.id)
        .where(
            Assessment.application_id == ranked.c.id,
            Assessment.state == "submitted",
            Assessment.set_aside_at.is_(None),
            side,
        )
        .exists()
    )


def _ranked(round_id: int) -> Select[*tuple[Any, ...]]:
    """Every place of a round with nothing but figures: names are joined to the few that are shown."""
    best_first = (Application.is_recommended.desc(), Application.score.desc())
    in_order = (*best_first, Application.id)
    return select(
        Application.id,
        Application.is_recommended.label("recommended"),
        Application.grant_requested_pence.label("asks"),
        Application.score,
        Application.spread,
        func.rank().over(order_by=best_first).label("place"),
        func.row_number().over(order_by=in_order).label("position"),
        func.sum(Application.grant_requested_pence).over(order_by=in_order, rows=(None, 0)).label("running"),
    ).where(
        Application.round_id == round_id,
        Application.is_recommended.is_not(None),
        Application.state.not_in(GONE),
        Application.score.is_not(None),
    )


def _with_dots(rows: Sequence[RankedRow]) -> tuple[RankedRow, ...]:
    """Put each assessor's own total to its bid; a score set aside is counted, not drawn."""
    dots: dict[int, list[Decimal]] = defaultdict(list)
    aside: dict[int, int] = defaultdict(int)
    statement = select(Assessment.application_id, Assessment.total, Assessment.set_aside_at).where(
        among(Assessment.application_id, (row.id for row in rows)), Assessment.state == "submitted"
    )
    for bid_id, total, set_aside_at in db.session.execute(statement) if rows else ():
        if set_aside_at is None and total is not None:
            dots[bid_id].append(total)
        else:
            aside[bid_id] += 1
    for row in rows:
        row.totals = sorted(dots[row.id])
        row.set_aside = aside[row.id]
    return tuple(rows)
