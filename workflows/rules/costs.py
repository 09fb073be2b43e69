"""Costs: what qualifies, what the fund pays of it, the limits of each category, and what a claim comes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from workflows.rules.money import WHOLE, in_words, share


@dataclass(frozen=True, slots=True)
class CostLine:
    """One cost of a bid: its category, the amount, and the share of it that is R&D, in basis points."""

    category: str
    pence: int
    rd_share_bp: int


@dataclass(frozen=True, slots=True)
class Category:
    """A category of costs, with the most it may be: a share of all costs, an amount, or neither.

    `kind` decides which figures its lines are worked out from.
    """

    key: str
    name: str
    max_share_bp: int | None = None
    max_pence: int | None = None
    kind: str = "other"


def rd_part(line: CostLine) -> int:
    """The part of a cost line that is R&D."""
    return share(line.pence, line.rd_share_bp)


def largest_grant(costs_pence: int, rate_bp: int) -> int:
    """The most the fund pays of these costs; a part of a penny is not paid."""
    return costs_pence * rate_bp // WHOLE


def smallest_cost(grant_pence: int, rate_bp: int) -> int:
    """The least a project may cost for the fund to pay so much of it, rounded up so that it does."""
    return -(-grant_pence * WHOLE // rate_bp)


def over_limits(
    by_category: Mapping[str, int], categories: Sequence[Category]
) -> Iterator[tuple[Category, str]]:
    """Each category over its limit, with a sentence: by how much, and what would put it right."""
    costs = sum(by_category.values())
    for category in categories:
        for sentence in _over(category, by_category.get(category.key, 0), costs):
            yield category, sentence


def _over(category: Category, spent: int, costs: int) -> Iterator[str]:
    if category.max_pence is not None and spent > category.max_pence:
        over = in_words(spent - category.max_pence)
        yield f"{over} over. {category.name} may be up to {in_words(category.max_pence)}."
    if category.max_share_bp is None:
        return
    most = costs * category.max_share_bp // WHOLE
    if spent > most:
        percent = f"{Fraction(category.max_share_bp, 100)}%"
        cut = in_words(cut_needed(spent, costs, category.max_share_bp))
        yield (
            f"{in_words(spent - most)} over. {category.name} may be up to {percent} of your costs,"
            f" {in_words(most)} here. Cut it by {cut}, or move {in_words(spent - most)} of it elsewhere."
        )


def cut_needed(spent: int, costs: int, max_share_bp: int) -> int:
    """The least cut that brings a category within its share; cutting it lowers the whole as well."""
    limit = Fraction(max_share_bp, WHOLE)
    if limit >= 1:
        return 0
    return max(0, ceil((spent - limit * costs) / (1 - limit)))


def eligible(net_pence: int, vat_pence: int, *, vat_recoverable: bool, vat_allowed: bool) -> int:
    """What of a bill may be claimed: VAT only when it cannot be recovered and the round allows it."""
    return net_pence + vat_pence if vat_allowed and not vat_recoverable else net_pence


@dataclass(frozen=True, slots=True)
class Payable:
    """What a claim comes to: paid now, kept until the final report, and above the award."""

    payable_pence: int
    retained_pence: int
    above_award_pence: int


def payable(
    *, approved_pence: int, approved_before_pence: int, rate_bp: int, retention_bp: int, award_pence: int
) -> Payable:
    """Approved cost times rate, less retention, never above the award.

    Worked on the running total of all claims so far, so that the claims of an award add up to exactly
    what one claim for everything would come to, whatever the rounding of each.
    """

    def upto(approved: int) -> tuple[int, int, int]:
        due = share(approved, rate_bp)
        earned = min(due, award_pence)
        kept = share(earned, retention_bp)
        return earned - kept, kept, due - earned

    now, before = upto(approved_before_pence + approved_pence), upto(approved_before_pence)
    return Payable(now[0] - before[0], now[1] - before[1], now[2] - before[2])
