"""What a cost sheet comes to: every line by the kind of its category, overheads on top, and the R&D in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from workflows.rules.cost_sheets import FIGURES, CostTerms, Line, Method, Sheet
from workflows.rules.costs import CostLine, rd_part
from workflows.rules.money import rounded, share

DAY_RATE_PLACES = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Worked:
    """What a sheet comes to: every line in pence (nothing while a figure is missing), and the sums."""

    amounts: tuple[int | None, ...]
    overheads_pence: int
    by_category: Mapping[str, int]
    costs_pence: int
    rd_by_type: Mapping[str, int]
    public_pence: int
    private_pence: int
    in_kind_pence: int

    @property
    def rd_pence(self) -> int:
        """What of the costs is research and development."""
        return sum(self.rd_by_type.values())

    @property
    def match_pence(self) -> int:
        """What everybody besides the fund pays."""
        return self.public_pence + self.private_pence


def day_rate(annual_pence: int, working_days: int) -> Decimal:
    """What a day of somebody's work costs, in pounds to five places, half to even.

    The rule of the claim forms of UK innovation grants: annual cost over working days, five decimals.
    """
    pounds = Decimal(annual_pence).scaleb(-2) / working_days
    return pounds.quantize(DAY_RATE_PLACES, ROUND_HALF_EVEN)


def amount_of(line: Line, terms: CostTerms) -> int | None:
    """The pence of a line by the kind of its category; nothing while one of its figures is missing."""
    kind = terms.kind_of(line.category)
    names = [figure.name for figure in FIGURES[kind]]
    if any(name not in line.figures for name in names):
        return None
    values = [line.figures[name] for name in names]
    return _AMOUNTS[kind](values, terms)


def _labour(values: Sequence[Any], terms: CostTerms) -> int:
    annual, days = values
    return rounded(day_rate(annual, terms.working_days) * 100 * Decimal(days))


def _capital(values: Sequence[Any], _terms: CostTerms) -> int:
    before, after, use = values
    return share(max(0, before - after), use)


def _many(values: Sequence[Any], _terms: CostTerms) -> int:
    return int(values[0] * values[1])


def _plain(values: Sequence[Any], _terms: CostTerms) -> int:
    return int(values[0])


_AMOUNTS = {
    "labour": _labour,
    "materials": _many,
    "capital": _capital,
    "subcontract": _plain,
    "travel": _many,
    "other": _plain,
}


def worked(sheet: Sheet, terms: CostTerms) -> Worked:
    """Work a sheet out: each line, overheads on top of labour, the R&D of each type, and who else pays."""
    amounts = tuple(amount_of(line, terms) for line in sheet.lines)
    counted = [
        (CostLine(line.category, pence, line.rd_share_bp or 0), line.rd_type)
        for line, pence in zip(sheet.lines, amounts, strict=True)
        if pence is not None
    ]
    overheads = _overheads(sheet, counted, terms)
    everything = [*counted, overheads] if overheads else counted
    by_category: dict[str, int] = {}
    rd_by_type: dict[str, int] = {}
    for cost, rd_type in everything:
        by_category[cost.category] = by_category.get(cost.category, 0) + cost.pence
        if rd_part(cost):
            rd_by_type[rd_type] = rd_by_type.get(rd_type, 0) + rd_part(cost)
    public = sum(each.pence or 0 for each in sheet.match if each.is_public)
    return Worked(
        amounts=amounts,
        overheads_pence=overheads[0].pence if overheads else 0,
        by_category=by_category,
        costs_pence=sum(by_category.values()),
        rd_by_type=rd_by_type,
        public_pence=public,
        private_pence=sum(each.pence or 0 for each in sheet.match) - public,
        in_kind_pence=sum(each.pence or 0 for each in sheet.match if each.is_in_kind),
    )


def _overheads(
    sheet: Sheet, counted: Sequence[tuple[CostLine, str]], terms: CostTerms
) -> tuple[CostLine, str] | None:
    """Overheads as one more cost; at the flat rate they are as much research as the labour they sit on."""
    category, stated = terms.overheads, sheet.overheads
    if category is None or stated.method == Method.NONE:
        return None
    if stated.is_calculated:
        return CostLine(category.key, stated.pence or 0, stated.rd_share_bp or 0), "experimental"
    labour = [(cost, kind) for cost, kind in counted if terms.kind_of(cost.category) == "labour"]
    total = sum(cost.pence for cost, _ in labour)
    if not total:
        return None
    research = sum(rd_part(cost) for cost, _ in labour)
    largest = max(labour, key=lambda each: rd_part(each[0]))[1]
    flat = share(total, terms.flat_overheads_bp)
    return CostLine(category.key, flat, rounded(Fraction(research * 10_000, total))), largest
