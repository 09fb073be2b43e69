"""The bank holidays of England (Banking and Financial Dealings Act 1971), for periods in working days."""

from datetime import date, datetime, timedelta
from functools import cache

import holidays

from fundapp import clock
from workflows.rules import schedule

YEARS_AROUND = 3


def bank_holidays() -> frozenset[date]:
    """The bank holidays of the years around today."""
    return _in_years(clock.in_london(clock.now()).year)


def after(day: date, count: int) -> date:
    """The day that is `count` working days after a day."""
    return schedule.add_working_days(day, count, bank_holidays())


def call_in_ends(decided_at: datetime, clear_days: int) -> datetime:
    """The first instant at which a decision open to call-in takes effect."""
    return schedule.call_in_ends(decided_at, clear_days, bank_holidays()) + timedelta(seconds=1)


@cache
def _in_years(middle: int) -> frozenset[date]:
    years = range(middle - YEARS_AROUND, middle + YEARS_AROUND + 1)
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=years))
