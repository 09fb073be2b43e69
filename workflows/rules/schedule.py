"""Instants, days and years: closing times, working days, periods, and clock changes, all in UK time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from workflows.cases import CUT_OFF_AT, DUE_AT, ApplicationCase, AwardCase, RoundCase, reads
from workflows.machine import Blocker, Request

LONDON = ZoneInfo("Europe/London")
# What stands in the way of a press after the close.
TOO_LATE = "round_closed"
_LAST_SECOND = time(23, 59, 59)
_DAY = timedelta(days=1)


def local(instant: datetime) -> datetime:
    """The same instant as read off a clock in the city region."""
    return instant.astimezone(LONDON)


def in_words(instant: datetime) -> str:
    """An instant as people read it: 12:00 (UK time), Friday 18 December 2026."""
    there = local(instant)
    return f"{there:%H:%M} (UK time), {there:%A} {there.day} {there:%B %Y}"


def exactly(instant: datetime) -> str:
    """An instant to the second, for a receipt: 12:00:07 (UK time), Friday 18 December 2026."""
    return in_words(instant).replace(" ", f":{local(instant):%S} ", 1)


def day_in_words(day: date) -> str:
    """A day as people read it: 18 December 2026."""
    return f"{day.day} {day:%B %Y}"


def instant(wall: datetime) -> datetime:
    """The UTC instant of a wall time in the UK; one that is skipped or comes twice is refused."""
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no time zone")
    early = wall.replace(tzinfo=LONDON, fold=0).astimezone(UTC)
    late = wall.replace(tzinfo=LONDON, fold=1).astimezone(UTC)
    when = f"{wall:%H:%M} on {day_in_words(wall.date())}"
    if local(early).replace(tzinfo=None, fold=0) != wall:
        raise ValueError(f"{when} does not exist: the clocks go forward. Choose a time outside that hour.")
    if early != late:
        raise ValueError(f"{when} happens twice: the clocks go back. Choose a time outside that hour.")
    return early


def end_of_day(day: date) -> datetime:
    """23:59:59 UK time of that day, as a UTC instant."""
    return instant(datetime.combine(day, _LAST_SECOND))


def end_of_period(start: datetime, days: int) -> datetime:
    """The last instant of a period in days: 23:59:59 UK time of its last day."""
    return end_of_day(local(start).date() + timedelta(days=days))


def is_working_day(day: date, bank_holidays: Collection[date]) -> bool:
    """Monday to Friday, and not a bank holiday in England."""
    return day.weekday() < 5 and day not in bank_holidays


def add_working_days(day: date, count: int, bank_holidays: Collection[date]) -> date:
    """The day that is `count` working days after `day`; the day itself is not counted."""
    if count < 0:
        raise ValueError("working days are counted forwards")
    while count:
        day += _DAY
        count -= is_working_day(day, bank_holidays)
    return day


def working_days_between(first: date, last: date, bank_holidays: Collection[date]) -> int:
    """The working days after `first`, up to and including `last`."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working_day(day, bank_holidays) for day in days)


def call_in_ends(decided_at: datetime, clear_days: int, bank_holidays: Collection[date]) -> datetime:
    """The end of a call-in: so many clear working days lie between the decision's day and its effect."""
    last = add_working_days(local(decided_at).date(), clear_days, bank_holidays)
    return end_of_day(last)


def financial_year(day: date) -> int:
    """The year in which the financial year of this day began, on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def financial_year_name(year: int) -> str:
    """2026 as people write it: 2026-27."""
    return f"{year}-{(year + 1) % 100:02}"


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a calendar year, 1 to 4; both kinds of year are sums of quarters."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"a year has quarters 1 to 4, not {self.number}")

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        """The quarter's first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        return self.next().first_day - _DAY

    @property
    def financial_year(self) -> int:
        """The financial year the whole quarter lies in, named by the year it began."""
        return financial_year(self.first_day)

    def next(self) -> "Quarter":
        """The quarter after this one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)


def quarter(day: date) -> Quarter:
    """The calendar quarter a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def quarters(first: date, last: date) -> tuple[Quarter, ...]:
    """Every quarter from the one of `first` to the one of `last`."""
    if last < first:
        raise ValueError("a period ends on or after the day it starts")
    found = [quarter(first)]
    while found[-1] < quarter(last):
        found.append(found[-1].next())
    return tuple(found)


def days_in(part: Quarter, first: date, last: date) -> int:
    """How many days of the quarter lie in a period; planned cost is spread over quarters by days."""
    return max(0, (min(last, part.last_day) - max(first, part.first_day)).days + 1)


def is_open(case: RoundCase, now: datetime) -> bool:
    """Whether a round takes bids at this instant; the closing instant itself is too late."""
    return _is_between(case, case.closes_at, now)


def closes(case: ApplicationCase) -> datetime | None:
    """When a bid can no longer be sent in: at the close of its round, or at a later one of its own."""
    of_round = case.round.closes_at
    if of_round is None or case.extended_to is None:
        return of_round
    return max(of_round, case.extended_to)


def takes(case: ApplicationCase, now: datetime) -> bool:
    """Whether a bid can be sent in, or taken back, at this instant; its close itself is too late."""
    return _is_between(case.round, closes(case), now)


def _is_between(call: RoundCase, close: datetime | None, now: datetime) -> bool:
    opened = call.opens_at is not None and call.opens_at <= now
    return call.state == "published" and opened and (close is None or now < close)


def round_open(case: ApplicationCase, request: Request) -> Blocker | None:
    """Bids are sent in, and taken back, only while the round is open, or until their own later close."""
    call, close = case.round, closes(case)
    if takes(case, request.now):
        return None
    if call.state != "published":
        return Blocker("round_not_open", "This round is not taking bids.")
    if close is not None and request.now >= close:
        return Blocker(
            TOO_LATE,
            f"This round closed at {in_words(close)}.",
            "What you have written is kept. You can use it in a later round.",
        )
    when = f" It opens at {in_words(call.opens_at)}." if call.opens_at else ""
    return Blocker("round_not_open_yet", f"This round has not opened.{when}")


def round_closed(case: ApplicationCase, request: Request) -> Blocker | None:
    """Nobody looks into a bid before the round has closed for it."""
    return _closed(closes(case), request)


def closed(case: RoundCase, request: Request) -> Blocker | None:
    """The round has a closing instant and it is past; a rolling round has none to wait for."""
    return _closed(case.closes_at, request)


def _closed(close: datetime | None, request: Request) -> Blocker | None:
    if close is None or request.now >= close:
        return None
    return Blocker(
        "round_still_open",
        f"The round is open until {in_words(close)}.",
        "Wait until it has closed.",
    )


@reads(CUT_OFF_AT)
def cut_off_passed(_case: Any, request: Request) -> Blocker | None:
    """A rolling round's bids are taken up a batch at a time, at its cut-off."""
    cut_off = CUT_OFF_AT.read(request)
    if request.now >= cut_off:
        return None
    return Blocker("batch_still_open", f"This batch gathers bids until {in_words(cut_off)}.")


@reads(DUE_AT)
def due_in_future(_case: Any, request: Request) -> Blocker | None:
    """A question leaves time to answer it."""
    if DUE_AT.read(request) > request.now:
        return None
    return Blocker("due_in_past", "The date to answer by is not in the future.", "Choose a later date.")


def within_acceptance(case: AwardCase, request: Request) -> Blocker | None:
    """An offer may be answered up to the last instant of its period."""
    if case.accept_by is None or request.now <= case.accept_by:
        return None
    return Blocker("offer_lapsed", f"This offer could be accepted until {in_words(case.accept_by)}.")


def acceptance_over(case: AwardCase, request: Request) -> Blocker | None:
    """An offer lapses only after its period."""
    if case.accept_by is not None and request.now > case.accept_by:
        return None
    until = in_words(case.accept_by) if case.accept_by else "a date not yet set"
    return Blocker("offer_still_open", f"This offer can be accepted until {until}.")
