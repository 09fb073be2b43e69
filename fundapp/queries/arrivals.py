"""How a round filled up: its bids started and sent in by day, beside the round of its fund before it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round

Instant = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Day:
    """What one day in UK time brought."""

    day: date
    started: int
    sent: int


@dataclass(slots=True)
class Arrivals:
    """The days on which something happened in one round, in order."""

    number: int
    closes_at: datetime | None
    days: list[Day] = field(default_factory=list)

    @property
    def closes_on(self) -> date | None:
        """The day of the close."""
        return clock.in_london(self.closes_at).date() if self.closes_at else None

    @property
    def sent(self) -> int:
        """How many bids were sent in, all told."""
        return sum(each.sent for each in self.days)

    def until(self, last: date) -> tuple[int, int]:
        """How many bids had been started, and how many sent in, by the end of a day."""
        days = [each for each in self.days if each.day <= last]
        return sum(each.started for each in days), sum(each.sent for each in days)


def of(call: Round) -> tuple[Arrivals, Arrivals | None]:
    """A round's own arrivals and those of the round before it, where there is one; one statement.

    A bid counts as started when it was made, or when it was sent in where it was taken over later.
    """
    found = {call.id: Arrivals(call.number, call.closes_at)}
    asked = {"round_id": call.id, "fund_id": call.fund_id, "closes_at": call.closes_at}
    for round_id, number, closes_at, day, started, sent in db.session.execute(_by_day(), asked):
        found.setdefault(round_id, Arrivals(number, closes_at)).days.append(Day(day, int(started), int(sent)))
    own, *before = found.values()
    return own, next(iter(before), None)


@cache
def _by_day() -> Select[*tuple[Any, ...]]:
    """The statement, put together once."""
    before = (
        select(Round.id)
        .where(
            Round.fund_id == bindparam("fund_id"),
            Round.closes_at < bindparam("closes_at", type_=Round.closes_at.type),
        )
        .order_by(Round.closes_at.desc())
        .limit(1)
    )
    wanted = or_(
        Application.round_id == bindparam("round_id"), Application.round_id == before.scalar_subquery()
    )
    begun = func.least(Application.created_at, Application.submitted_at)
    steps = union_all(
        _by_hour(begun, func.count(), literal(0)).where(wanted),
        _by_hour(Application.submitted_at, literal(0), func.count()).where(
            wanted, Application.submitted_at.is_not(None)
        ),
    ).subquery()
    day = cast(func.timezone(str(clock.LONDON), steps.c.hour), Date).label("day")
    started, sent = func.sum(steps.c.started), func.sum(steps.c.sent)
    return (
        select(Round.id, Round.number, Round.closes_at, day, started, sent)
        .join(steps, steps.c.round_id == Round.id)
        .group_by(Round.id, "day")
        .order_by("day")
    )


def _by_hour(at: Instant, started: ColumnElement[int], sent: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """So many an hour: a UK day is a whole number of them, and turning the instant of each bid costs more."""
    hour = func.date_trunc("hour", at).label("hour")
    columns = (Application.round_id.label("round_id"), hour, started.label("started"), sent.label("sent"))
    return select(*columns).group_by(Application.round_id, "hour")
