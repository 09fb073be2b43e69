"""Reads single cells: each function gives what is kept of what somebody wrote, or says what is wrong."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from workflows.rules import schedule
from workflows.rules.words import HIDDEN, tidy

Read = Callable[[str], Any]

LONGEST_TEXT = 50_000
NOT_APPLICABLE = frozenset({"n/a", "na", "not applicable"})

_WHOLE = re.compile(r"\d{1,3}(,\d{3}){1,4}|\d{1,15}", re.ASCII)
_INSTANT = re.compile(
    r"((?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)|(?P<d>\d\d?)/(?P<m>\d\d?)/(?P<y>\d{4}))"
    r"([T ]+(?P<hour>\d\d?):(?P<minute>\d\d)(:(?P<second>\d\d)(\.\d{1,6})?)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_HOW = "Enter a date and time like 2026-11-23 14:30 (UK time), or a date like 23/11/2026"


def clean(text: str, most: int) -> str:
    """A text in the form it is kept in: no hidden signs, not too long, never cut."""
    if HIDDEN.search(text):
        raise ValueError("It holds hidden characters that cannot be kept. Take them out")
    written = tidy(text)
    if len(written) > most:
        over = len(written) - most
        raise ValueError(f"It is {over:,} characters too long: {most:,} is the most")
    return written


def line(most: int) -> Read:
    """One line of text, with single spaces."""

    def read(text: str) -> str:
        return " ".join(clean(text, most).split())

    return read


def passage(most: int) -> Read:
    """Text of any number of lines."""

    def read(text: str) -> str:
        return clean(text, most)

    return read


def whole(least: int, most: int) -> Read:
    """A whole number between two ends, both included."""

    def read(text: str) -> int:
        found = _WHOLE.fullmatch(text)
        number = int(found.group().replace(",", "")) if found else -1
        if not least <= number <= most:
            raise ValueError(f"Enter a whole number from {least:,} to {most:,}")
        return number

    return read


def instant(text: str) -> datetime:
    """An instant: a wall time is UK time, a date alone is its first moment, an offset is kept to."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(_HOW)
    there = datetime.combine(_date(found), datetime.min.time())
    try:
        there = there.replace(
            hour=int(found["hour"] or 0), minute=int(found["minute"] or 0), second=int(found["second"] or 0)
        )
    except ValueError:
        raise ValueError(f"There is no such time. {_HOW}") from None
    if found["zone"] is None:
        return schedule.instant(there)
    return there.replace(tzinfo=_zone(found["zone"])).astimezone(UTC)


def day(text: str) -> date:
    """A date, like 2027-04-01 or 01/04/2027."""
    found = _INSTANT.fullmatch(text)
    if found is None or found["hour"] is not None:
        raise ValueError("Enter a date like 2027-04-01 or 01/04/2027")
    return _date(found)


def _date(found: re.Match[str]) -> date:
    year, month, number = (
        found["year"] or found["y"],
        found["month"] or found["m"],
        found["day"] or found["d"],
    )
    if not 1900 <= int(year) <= 2200:
        raise ValueError("Enter a year from 1900 to 2200")
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise ValueError("There is no such day. Enter a real date, like 2026-11-23 or 23/11/2026") from None


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone(timedelta())
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"There is no such time zone. {_HOW}")
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if text[0] == "-" else length)


def mark(most: int) -> Read:
    """A mark on a criterion's scale, or nothing where somebody wrote that it does not apply."""

    def read(text: str) -> int | None:
        if text.casefold() in NOT_APPLICABLE:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= most):
            raise ValueError(f"Marks are whole numbers from 0 to {most}, or n/a where it does not apply")
        return int(text)

    return read
