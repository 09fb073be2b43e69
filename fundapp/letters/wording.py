"""How a letter writes sums, days, instants, rates and marks: one way for all of them, in British English."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from fundapp.clock import in_london
from workflows.rules.money import to_pounds

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def pounds(pence: int) -> str:
    """5920000 -> "£59,200.00"."""
    return f"£{to_pounds(pence):,.2f}"


def day(value: date) -> str:
    """2027-02-17 -> "17 February 2027"."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def day_beside(value: date, other: date) -> str:
    """A day named beside another: without its year where that is the other's year."""
    return day(value).removesuffix(f" {other.year}")


def moment(value: datetime) -> str:
    """An instant as people in the city region read it: "12:00 (UK time), 17 March 2027"."""
    local = in_london(value)
    return f"{local:%H:%M} (UK time), {day(local)}"


def moment_exact(value: datetime) -> str:
    """An instant to the second: "12:00:07 (UK time), 17 March 2027"."""
    local = in_london(value)
    return f"{local:%H:%M:%S} (UK time), {day(local)}"


def stamp(value: datetime) -> str:
    """An instant, the day first: "17 February 2027, 09:00"."""
    local = in_london(value)
    return f"{day(local)}, {local:%H:%M}"


def percent(basis_points: int) -> str:
    """5000 -> "50%", 3333 -> "33.33%"."""
    return f"{mark(basis_points)}%"


def mark(hundredths: int) -> str:
    """A figure in hundredths without idle zeros: 350 -> "3.5", 400 -> "4"."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def score(hundredths: int) -> str:
    """A score to one place: 6845 -> "68.5"."""
    return str((Decimal(hundredths) / 100).quantize(Decimal("0.1"), ROUND_HALF_UP))


def every(months: int) -> str:
    """How often, in words: 1 -> "every month", 3 -> "every three months"."""
    return "every month" if months == 1 else f"every {_NUMBERS[months]} months"
