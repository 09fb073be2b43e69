"""The one place where pence are rounded, split and put into words."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction
WHOLE = 10_000  # basis points in a whole


def rounded(pence: Exact) -> int:
    """The nearest whole penny; exactly half goes to the even one."""
    return round(Fraction(pence))


def share(pence: int, basis_points: int) -> int:
    """A share of an amount, the share in basis points (7,500 is 75%), to the nearest penny."""
    return rounded(Fraction(pence * basis_points, WHOLE))


def split(pence: int, weights: Sequence[Exact]) -> tuple[int, ...]:
    """Parts of an amount in proportion to the weights; they always add up to it exactly.

    Largest remainder: everybody gets the whole pence below their due, the pennies left go to the
    largest remainders, the earlier part first where they tie. A negative amount mirrors a positive one.
    """
    exact = [Fraction(weight) for weight in weights]
    total = sum(exact)
    if any(weight < 0 for weight in exact) or total == 0:
        raise ValueError("weights must not be negative and must not all be nought")
    sign = -1 if pence < 0 else 1
    dues = [abs(pence) * weight / total for weight in exact]
    parts = [due.numerator // due.denominator for due in dues]
    left = abs(pence) - sum(parts)
    order = sorted(range(len(dues)), key=lambda index: (parts[index] - dues[index], index))
    for index in order[:left]:
        parts[index] += 1
    return tuple(sign * part for part in parts)


def to_pence(pounds: Decimal) -> int:
    """Pounds as whole pence; a part of a penny is refused, not rounded away."""
    pence = pounds * 100
    if pence != pence.to_integral_value():
        raise ValueError(f"£{pounds} is not a whole number of pence")
    return int(pence)


def to_pounds(pence: int) -> Decimal:
    """Pence as pounds with two places."""
    return Decimal(pence).scaleb(-2)


def in_words(pence: int) -> str:
    """An amount as people read it: £25,000, or £25,000.50 where there are pence."""
    sign = "-" if pence < 0 else ""
    pounds, rest = divmod(abs(pence), 100)
    return f"{sign}£{pounds:,}.{rest:02}" if rest else f"{sign}£{pounds:,}"


_AMOUNT = re.compile(r"£?(?P<pounds>\d{1,3}(,\d{3})+|\d{1,12})(\.(?P<pence>\d{1,2}))?", re.ASCII)


def parse(text: str) -> int:
    """The pence somebody wrote: £25,000 or 25000.5; `ValueError` says what is wrong."""
    found = _AMOUNT.fullmatch(text.strip().replace(" ", ""))
    if found is None:
        raise ValueError("Enter an amount in pounds, like 25,000 or 25,000.50")
    return int(found["pounds"].replace(",", "")) * 100 + int((found["pence"] or "").ljust(2, "0"))


_SHORT = re.compile(r"£?(?P<number>\d{1,9}(\.\d{1,6})?)(?P<unit>k|m|thousand|million)", re.ASCII)
_UNITS = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}


def parse_short(text: str) -> int:
    """The same, and short for much: 25k, 1.2 million."""
    found = _SHORT.fullmatch("".join(text.lower().split()).replace(",", ""))
    if found is None:
        return parse(text)
    return to_pence(Decimal(found["number"]) * _UNITS[found["unit"]])


_PERCENT = re.compile(r"(?P<number>\d{1,3}(\.\d{1,2})?)(%|percent|pc)?", re.ASCII)


def parse_percent(text: str) -> int:
    """The basis points of a share somebody wrote: 45, 12.5 or 12.5%; `ValueError` says what is wrong."""
    found = _PERCENT.fullmatch("".join(text.lower().split()))
    if found is None:
        raise ValueError("Enter a percentage from 0 to 100, like 45 or 12.5")
    basis_points = int(Decimal(found["number"]) * 100)
    if basis_points > WHOLE:
        raise ValueError("Enter a percentage of 100 or less")
    return basis_points


def one_place(value: Exact) -> str:
    """A score or a percentage shown to one place, half to even."""
    exact = Fraction(value)
    tenths = round(exact * 10)
    return str(Decimal(tenths).scaleb(-1).quantize(Decimal("0.1"), ROUND_HALF_EVEN))
