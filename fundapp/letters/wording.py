"""How a letter writes sums, days, instants and rates: one way for all of them, in British English."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")


def pounds(pence: int) -> str:
    """5920000 -> "£59,200.00"."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}.{rest:02d}"


def day(value: date) -> str:
    """2027-02-17 -> "17 February 2027"."""
    return f"{value.day} {value:%B} {value.year}"


def moment(value: datetime) -> str:
    """An instant as people in the city region read it: "12:00 (UK time), 17 March 2027"."""
    local = value.astimezone(_LONDON)
    return f"{local:%H:%M} (UK time), {day(local)}"


def percent(basis_points: int) -> str:
    """5000 -> "50%", 3333 -> "33.33%"."""
    return f"{Decimal(basis_points) / 100:f}".rstrip("0").rstrip(".") + "%" if basis_points else "0%"


def mark(hundredths: int) -> str:
    """A score out of its highest mark: 350 -> "3.5", 400 -> "4"."""
    return f"{Decimal(hundredths) / 100:.2f}".rstrip("0").rstrip(".")


def total(hundredths: int) -> str:
    """A total out of 100, to one place: 6845 -> "68.5"."""
    return f"{Decimal(hundredths) / 100:.1f}"


def months(count: int) -> str:
    """How often, in words: 1 -> "every month", 3 -> "every three months"."""
    return "every month" if count == 1 else f"every {_NUMBERS[count]} months"


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
