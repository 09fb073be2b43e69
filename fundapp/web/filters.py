"""How money, shares, dates and times are written on every page: one rule each, in UK time."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from flask import Flask

from fundapp import clock
from fundapp.web.addresses import apart
from workflows.rules import money as amounts

NOTHING = "–"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def register(app: Flask) -> None:
    """Give templates the filters by their plain names."""
    for rule in (
        money, exact_money, sterling, percent, uk_date, uk_time, uk_datetime, clock_time, clock_seconds,
        countdown, ago, apart,
    ):  # fmt: skip
        app.add_template_filter(rule)


def money(pence: int | None) -> str:
    """£25,000, or £25,000.50 where there are pence; a dash for nothing."""
    return NOTHING if pence is None else amounts.in_words(pence).replace("-", "−")


def exact_money(pence: int | None) -> str:
    """Always with pence, for ledgers, claims and letters: £25,000.00."""
    if pence is None:
        return NOTHING
    return f"{'−' if pence < 0 else ''}£{amounts.to_pounds(abs(pence)):,.2f}"


def sterling(pence: int | None, whole: bool = False, plus: bool = False) -> str:
    """£25,000.00; with `whole` £25,000 where there are no pence, with `plus` +£12.40; a dash for nothing."""
    if pence is None:
        return NOTHING
    pounds, rest = divmod(abs(pence), 100)
    sign = "−" if pence < 0 else "+" if plus and pence > 0 else ""
    return f"{sign}£{pounds:,}" if whole and not rest else f"{sign}£{pounds:,}.{rest:02}"


def percent(basis_points: int | None) -> str:
    """A share in basis points as people read it: 7,500 is 75%, 1,250 is 12.5%."""
    if basis_points is None:
        return NOTHING
    return f"{(Decimal(basis_points) / 100).normalize():f}%"


def uk_date(day: date | datetime | None) -> str:
    """23 November 2026."""
    if day is None:
        return NOTHING
    local = clock.in_london(day) if isinstance(day, datetime) else day
    return f"{local.day} {local:%B %Y}"


def uk_time(instant: datetime | None) -> str:
    """12:00 (UK time)."""
    return NOTHING if instant is None else f"{clock_time(instant)} (UK time)"


def clock_time(instant: datetime) -> str:
    """12:00."""
    return f"{clock.in_london(instant):%H:%M}"


def clock_seconds(instant: datetime) -> str:
    """14:02:07, beside what has just been saved."""
    return f"{clock.in_london(instant):%H:%M:%S}"


def uk_datetime(instant: datetime | None) -> str:
    """12:00 (UK time), 23 November 2026."""
    return NOTHING if instant is None else f"{uk_time(instant)}, {uk_date(instant)}"


def countdown(instant: datetime) -> str:
    """How long until an instant: 24 days 21 hours, 3 hours 5 minutes, less than a minute; or `closed`."""
    left = instant - clock.now()
    if left <= timedelta(0):
        return "closed"
    if left < MINUTE:
        return "less than a minute"
    return _in_two_steps(left)


def ago(instant: datetime) -> str:
    """How long since an instant: just now, 20 minutes ago, 3 hours ago, 9 days ago."""
    past = clock.now() - instant
    if past < MINUTE:
        return "just now"
    for size, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if past >= size:
            return f"{_counted(past // size, word)} ago"
    raise AssertionError("a minute has passed")


def _in_two_steps(left: timedelta) -> str:
    steps = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")]
    first = next(index for index, (size, _) in enumerate(steps) if left >= size)
    words = []
    for size, word in steps[first : first + 2]:
        count, left = divmod(left, size)
        words += [_counted(count, word)] if count else []
    return " ".join(words)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count:,} {word}s"
