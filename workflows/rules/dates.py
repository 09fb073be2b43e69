"""Days as people in the city region write them: day, month, year; and as they read them."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
PARTS = ("day", "month", "year")
YEARS = range(1900, 2201)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_BETWEEN = re.compile(r"[\s./-]+")


def parse(parts: Sequence[str]) -> date:
    """The day that a day, a month (which may be a word) and a year name; `ValueError` says what is wrong."""
    missing = [name for name, part in zip(PARTS, parts, strict=True) if not part]
    if missing:
        raise ValueError(f"The date must include a {' and a '.join(missing)}")
    day, month, year = parts[0], _month(parts[1]), parts[2]
    if not all(_NUMBER.fullmatch(number) for number in (day, month, year)) or int(year) not in YEARS:
        raise ValueError("Enter a real date with a four-figure year, like 23 11 2026")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError("There is no such day: enter a real date, like 23 11 2026") from None


def in_words(day: date) -> str:
    """A day as people read it: 1 April 2027."""
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}"


def parts(day: date) -> tuple[str, str, str]:
    """A day in the three texts of its boxes."""
    return str(day.day), str(day.month), str(day.year)


def split(text: str) -> tuple[str, str, str]:
    """Day, month and year of a day written in one piece: 2027-04-01, 1/4/2027, 1 April 2027."""
    found = [*filter(None, _BETWEEN.split(text.strip())), "", "", ""][:4]
    if found[3] or not found[2]:
        raise ValueError("Enter a date like 2027-04-01 or 1 April 2027")
    first, second, third = found[:3]
    return (third, second, first) if len(first) == 4 else (first, second, third)


def end_of(starts_on: date, months: int) -> date:
    """The last day of so many months from a day on."""
    whole = starts_on.month - 1 + months
    year, month = starts_on.year + whole // 12, whole % 12 + 1
    return date(year, month, min(starts_on.day, monthrange(year, month)[1])) - timedelta(days=1)


def _month(text: str) -> str:
    word = text.lower().rstrip(".")
    fits = [number for number, name in enumerate(MONTHS, start=1) if len(word) >= 3 and name.startswith(word)]
    return str(fits[0]) if fits else text
