"""What the fund pays of the costs of a bid: rates by size and research, other public money, caps, sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from workflows.rules.cost_sheets import CostTerms, Sheet
from workflows.rules.cost_sums import Worked, added, worked
from workflows.rules.costs import largest_grant
from workflows.rules.money import WHOLE, rounded

# As the published grids of UK innovation grants name them.
RESEARCH: Mapping[str, str] = {
    "feasibility": "Feasibility study",
    "industrial": "Industrial research",
    "experimental": "Experimental development",
}
SIZES: Mapping[str, str] = {"small": "micro or small", "medium": "medium-sized", "large": "large"}


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of eligible cost the fund pays an organisation of a size for a kind of research."""

    research: str
    size: str
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Stated:
    """One organisation's part in the money of a bid: who it is, how large, and its sheet."""

    number: int
    name: str
    size: str | None
    sheet: Sheet

    @property
    def evidence(self) -> str:
        """Under which key the files of a bid hold the calculation of this organisation's overheads."""
        return evidence_key(self.number)


@dataclass(frozen=True, slots=True)
class Part:
    """What one organisation's sheet comes to, and what the fund could pay of it at its rate."""

    stated: Stated
    worked: Worked
    rate_bp: int | None
    payable_pence: int

    @property
    def is_over_public(self) -> bool:
        """Whether other public money alone is more than the rate allows of all public money together."""
        return self.rate_bp is not None and self.worked.public_pence > self.most_public_pence

    @property
    def most_public_pence(self) -> int:
        """What all public money together may come to; nought while the rate is not known."""
        return largest_grant(self.worked.costs_pence, self.rate_bp or 0)

    @property
    def unpaid_pence(self) -> int:
        """What nobody pays yet of this sheet; less than nothing where more is promised than it costs."""
        return self.worked.costs_pence - self.payable_pence - self.worked.match_pence


@dataclass(frozen=True, slots=True)
class Funding:
    """All sheets of a bid together; every amount in pence.

    `payable_pence` is what the rates allow less other public money, `grant_pence` what is asked for: that,
    never more than the round's most, and less where the bid asks for less. R&D that is bought in from outside
    the region, or done there by a partner, is in `rd_elsewhere_pence` alone.
    """

    parts: tuple[Part, ...]
    costs_pence: int
    by_category: Mapping[str, int]
    rd_by_type: Mapping[str, int]
    rd_by_place: Mapping[str, int]
    rd_elsewhere_pence: int
    payable_pence: int
    grant_pence: int
    match_pence: int
    public_pence: int

    @property
    def unpaid_pence(self) -> int:
        """What nobody pays yet; less than nothing where more is promised than the project costs."""
        return self.costs_pence - self.grant_pence - self.match_pence

    @property
    def rd_pence(self) -> int:
        """What of the costs is research and development in the region."""
        return sum(self.rd_by_type.values())

    @property
    def rd_share_bp(self) -> int:
        """The same as a share of the costs, in basis points."""
        return rounded(Fraction(self.rd_pence * WHOLE, self.costs_pence)) if self.costs_pence else 0

    @property
    def rd_type(self) -> str:
        """The type of research most of it is."""
        return max(self.rd_by_type, key=lambda each: self.rd_by_type[each], default="experimental")


def evidence_key(number: int) -> str:
    """The key of one organisation's calculation; no question has it, for their keys hold no hyphen."""
    return f"overheads-{number}"


def rate_for(rates: Sequence[Rate], flat_bp: int, research: str | None, size: str | None) -> int | None:
    """The rate of the round's table, or its one rate where it has no table; nothing until both are known."""
    if not rates:
        return flat_bp
    return next((each.rate_bp for each in rates if (each.research, each.size) == (research, size)), None)


def funding(
    stated: Sequence[Stated],
    terms: CostTerms,
    *,
    rates: Sequence[Rate],
    flat_bp: int,
    most_pence: int,
    is_grant: bool,
) -> Funding:
    """Work out all sheets of a bid, the lead's first.

    Grant = max(0, eligible cost x rate - other public funding), organisation by organisation, a part of a
    penny not paid; together never above the round's most. The kind of research is the lead's word for the
    whole project. An investment has no rate: it is what is asked for, less is never worked out.
    """
    research = stated[0].sheet.research if stated else None
    parts = tuple(
        _part(each, terms, rate_for(rates, flat_bp, research, each.size), is_grant=is_grant)
        for each in stated
    )
    payable = sum(each.payable_pence for each in parts)
    asks = stated[0].sheet.asks_pence if stated else None
    return Funding(
        parts=parts,
        costs_pence=sum(each.worked.costs_pence for each in parts),
        by_category=_together(each.worked.by_category for each in parts),
        rd_by_type=_together(each.worked.rd_by_type for each in parts),
        rd_by_place=_together(each.worked.rd_by_place for each in parts),
        rd_elsewhere_pence=sum(each.worked.rd_elsewhere_pence for each in parts),
        payable_pence=payable,
        grant_pence=_asked(asks, payable, most_pence) if is_grant else asks or 0,
        match_pence=sum(each.worked.match_pence for each in parts),
        public_pence=sum(each.worked.public_pence for each in parts),
    )


def _asked(asks: int | None, payable: int, most: int) -> int:
    return min(payable, most) if asks is None else min(payable, asks)


def _part(stated: Stated, terms: CostTerms, rate_bp: int | None, *, is_grant: bool) -> Part:
    found = worked(stated.sheet, terms)
    if not is_grant:
        return Part(stated, found, None, 0)
    payable = max(0, largest_grant(found.costs_pence, rate_bp or 0) - found.public_pence)
    return Part(stated, found, rate_bp, payable)


def _together(sums: Iterable[Mapping[str, int]]) -> dict[str, int]:
    return added(pair for each in sums for pair in each.items())
