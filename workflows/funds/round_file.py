"""Loads a round of a fund from a TOML file: its title, dates and money, with every mistake told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from workflows.funds.reading import Mistake, Table
from workflows.funds.schema import FundMistakesError, parsed


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round as somebody wants it; instants are in UTC, budgets in pence by financial year."""

    fund: str
    number: int
    title: str
    summary: str
    opens_at: datetime
    closes_at: datetime | None
    checked_by_on: date | None
    assessed_by_on: date | None
    board_on: date | None
    hear_by_on: date | None
    release_at: datetime | None
    budgets: Mapping[int, int]
    cut_offs: tuple[datetime, ...]


def load_round(content: bytes) -> RoundPlan:
    """The round a file describes; `FundMistakesError` lists every mistake when there are any."""
    mistakes: list[Mistake] = []
    root = Table(parsed(content), "", mistakes)
    plan = _plan(root)
    root.done()
    if not mistakes:
        mistakes.extend(_disagreements(plan))
    if mistakes:
        raise FundMistakesError(mistakes)
    return plan


def _plan(root: Table) -> RoundPlan:
    call = root.table("round")
    years = root.tables("budget", _year, 20)
    found = RoundPlan(
        fund=call.key("fund"),
        number=call.number("number", 1, 9_999),
        title=call.text("title", 100),
        summary=call.text("summary", 1_000),
        opens_at=call.instant("opens_at"),
        closes_at=call.maybe("closes_at", call.instant),
        checked_by_on=call.maybe("checked_by_on", call.day),
        assessed_by_on=call.maybe("assessed_by_on", call.day),
        board_on=call.maybe("board_on", call.day),
        hear_by_on=call.maybe("hear_by_on", call.day),
        release_at=call.maybe("release_at", call.instant),
        budgets=dict(years),
        cut_offs=tuple(root.tables("cut_offs", _cut_off, 100)) if root.has("cut_offs") else (),
    )
    if len(found.budgets) < len(years):
        root.wrong("budget", "names a financial year twice")
    call.done()
    return found


def _year(table: Table) -> tuple[int, int]:
    return table.number("financial_year", 2000, 2100), table.pounds("pounds")


def _cut_off(table: Table) -> datetime:
    return table.instant("at")


def _disagreements(plan: RoundPlan) -> list[Mistake]:
    """What each value allows and all together do not."""
    found = []
    if plan.closes_at is not None and plan.closes_at <= plan.opens_at:
        found.append(Mistake("round.closes_at", "is not after opens_at"))
    if plan.closes_at is not None and plan.cut_offs:
        found.append(Mistake("cut_offs", "are for a rolling round; this one has closes_at"))
    if plan.closes_at is None and not plan.cut_offs:
        found.append(Mistake("round.closes_at", "is missing; a rolling round has [[cut_offs]] in its place"))
    if list(plan.cut_offs) != sorted({*plan.cut_offs}) or any(at <= plan.opens_at for at in plan.cut_offs):
        found.append(Mistake("cut_offs", "must come one after another, all after opens_at"))
    days = (plan.checked_by_on, plan.assessed_by_on, plan.board_on, plan.hear_by_on)
    told = [day for day in days if day is not None]
    if told != sorted(told):
        names = "checked_by_on, assessed_by_on, board_on and hear_by_on"
        found.append(Mistake("round", f"{names} must come in this order"))
    return found
