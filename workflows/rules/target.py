"""The region's aim, R&D worth a share of its output: what that comes to in pounds, and how far a sum goes."""

from dataclasses import dataclass
from fractions import Fraction

from workflows.rules.money import WHOLE, one_place, rounded


@dataclass(frozen=True, slots=True)
class Growth:
    """How fast output may grow a year in cash, slowest and fastest, in basis points."""

    low_bp: int
    high_bp: int

    def __post_init__(self) -> None:
        if self.low_bp > self.high_bp:
            raise ValueError("the slowest growth is not above the fastest")


@dataclass(frozen=True, slots=True)
class Band:
    """What the aim comes to in one year: a range, because growth is assumed."""

    year: int
    low_pence: int
    high_pence: int


def path(
    output_pence: int, first_year: int, growth: Growth, share_bp: int, last_year: int
) -> tuple[Band, ...]:
    """The aim in each year from the one whose output is known, each rounded once from the exact figure."""
    return tuple(
        Band(
            year,
            _aim(output_pence, growth.low_bp, share_bp, year - first_year),
            _aim(output_pence, growth.high_bp, share_bp, year - first_year),
        )
        for year in range(first_year, last_year + 1)
    )


def _aim(output_pence: int, growth_bp: int, share_bp: int, years: int) -> int:
    output = output_pence * Fraction(WHOLE + growth_bp, WHOLE) ** years
    return rounded(output * Fraction(share_bp, WHOLE))


def share_in_words(pence: int, aim: Band) -> str:
    """How much of one year's aim an amount is, to a tenth of a percent at most: the aim itself is a range."""
    least, most = Fraction(100 * pence, aim.high_pence), Fraction(100 * pence, aim.low_pence)
    if not pence:
        return "none"
    if one_place(most) == "0.0":
        return "less than 0.1%"
    if one_place(least) == one_place(most):
        return f"about {one_place(most)}%"
    return f"{one_place(least)}% to {one_place(most)}%"
