"""Instants, working days, years and quarters, at the edges where calendars go wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import schedule
from workflows.rules.schedule import Quarter

wall = datetime.fromisoformat
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})


def test_a_wall_time_is_uk_time() -> None:
    assert schedule.instant(wall("2026-12-18T12:00")) == datetime(2026, 12, 18, 12, tzinfo=UTC)
    assert schedule.instant(wall("2026-07-18T12:00")) == datetime(2026, 7, 18, 11, tzinfo=UTC)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_skipped_hour_is_refused(minute: int) -> None:
    with pytest.raises(ValueError, match="on 28 March 2027 does not exist: the clocks go forward"):
        schedule.instant(wall(f"2027-03-28T01:{minute:02}"))


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_doubled_hour_is_refused(minute: int) -> None:
    with pytest.raises(ValueError, match="on 31 October 2027 happens twice: the clocks go back"):
        schedule.instant(wall(f"2027-10-31T01:{minute:02}"))


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (wall("2027-03-28T00:59:59"), datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        (wall("2027-03-28T02:00"), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (wall("2027-10-31T00:59:59"), datetime(2027, 10, 30, 23, 59, 59, tzinfo=UTC)),
        (wall("2027-10-31T02:00"), datetime(2027, 10, 31, 2, tzinfo=UTC)),
    ],
)
def test_the_hours_beside_them_are_taken(wall: datetime, utc: datetime) -> None:
    assert schedule.instant(wall) == utc


def test_a_wall_time_has_no_zone() -> None:
    with pytest.raises(ValueError, match="carries no time zone"):
        schedule.instant(datetime(2026, 12, 18, 12, tzinfo=UTC))


@given(DAYS, st.integers(0, 400))
def test_a_period_ends_at_the_last_second_of_its_last_day(day: date, days: int) -> None:
    start = schedule.instant(wall(f"{day}T09:30"))
    end = schedule.local(schedule.end_of_period(start, days))
    assert (end.date(), end.hour, end.minute, end.second) == (day + timedelta(days=days), 23, 59, 59)


def test_an_evening_in_summer_belongs_to_its_uk_day() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert schedule.end_of_period(late, 0) == datetime(2026, 7, 2, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 12, 23), 1, date(2026, 12, 24)),
        (date(2026, 12, 23), 2, date(2026, 12, 29)),
        (date(2026, 12, 23), 5, date(2027, 1, 4)),
        (date(2026, 12, 26), 0, date(2026, 12, 26)),
    ],
)
def test_working_days_leave_out_weekends_and_bank_holidays(start: date, count: int, end: date) -> None:
    assert schedule.add_working_days(start, count, CHRISTMAS) == end


@given(DAYS, st.integers(0, 60))
def test_working_days_counted_back_are_the_same(start: date, count: int) -> None:
    end = schedule.add_working_days(start, count, CHRISTMAS)
    assert schedule.working_days_between(start, end, CHRISTMAS) == count
    assert count == 0 or schedule.is_working_day(end, CHRISTMAS)


def test_working_days_are_counted_forwards() -> None:
    with pytest.raises(ValueError, match="counted forwards"):
        schedule.add_working_days(date(2026, 12, 23), -1, CHRISTMAS)


def test_a_call_in_lasts_clear_working_days() -> None:
    decided = datetime(2027, 2, 11, 15, tzinfo=UTC)
    assert schedule.call_in_ends(decided, 5, CHRISTMAS) == datetime(2027, 2, 18, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "year", "name"),
    [
        (date(2026, 3, 31), 2025, "2025-26"),
        (date(2026, 4, 1), 2026, "2026-27"),
        (date(2099, 5, 1), 2099, "2099-00"),
    ],
)
def test_the_financial_year_begins_on_1_april(day: date, year: int, name: str) -> None:
    assert schedule.financial_year(day) == year
    assert schedule.financial_year_name(year) == name


@given(DAYS)
def test_a_quarter_lies_in_one_calendar_and_one_financial_year(day: date) -> None:
    found = schedule.quarter(day)
    assert found.first_day <= day <= found.last_day
    assert found.year == day.year
    assert found.financial_year == schedule.financial_year(day) == schedule.financial_year(found.last_day)
    assert found.last_day + timedelta(days=1) == found.next().first_day


@given(DAYS, st.integers(0, 2_000))
def test_the_days_of_a_period_are_shared_among_its_quarters(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = schedule.quarters(first, last)
    assert sum(schedule.days_in(each, first, last) for each in found) == length + 1
    assert (found[0], found[-1]) == (schedule.quarter(first), schedule.quarter(last))


def test_quarters_are_one_to_four_and_periods_end_after_they_start() -> None:
    assert str(Quarter(2027, 1)) == "2027Q1"
    with pytest.raises(ValueError, match="1 to 4, not 5"):
        Quarter(2027, 5)
    with pytest.raises(ValueError, match="ends on or after the day it starts"):
        schedule.quarters(date(2027, 1, 2), date(2027, 1, 1))


def test_instants_in_words() -> None:
    assert schedule.in_words(datetime(2026, 7, 1, 11, tzinfo=UTC)) == "12:00 (UK time), Wednesday 1 July 2026"
