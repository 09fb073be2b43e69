"""What a cost sheet comes to: every line by the kind of its category, overheads on top, and the R&D in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from workflows.rules.cost_sheets import FIGURES, CostTerms, Line, Method, Sheet
from workflows.rules.costs import CostLine, rd_part
from workflows.rules.money import rounded, share
from workflows.rules.work_places import ELSEWHERE, OWN

DAY_RATE_PLACES = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Worked:
    """What a sheet comes to: every line in pence (nothing while a figure is missing), and the sums.

    R&D bought in from outside the region is in `rd_elsewhere_pence` alone, and in no other sum of R&D.
    """

    amounts: tuple[int | None, ...]
    overheads_pence: int
    by_category: Mapping[str, int]
    costs_pence: int
    rd_by_type: Mapping[str, int]
    rd_by_place: Mapping[str, int]
    rd_elsewhere_pence: int
    public_pence: int
    private_pence: int
    in_kind_pence: int

    @property
    def rd_pence(self) -> int:
        """What of the costs is research and development in the region."""
        return sum(self.rd_by_type.values())

    @property
    def match_pence(self) -> int:
        """What everybody besides the fund pays."""
        return self.public_pence + self.private_pence


@dataclass(frozen=True, slots=True)
class _Counted:
    """A cost that counts, the type of its R&D, and where the work is done."""

    cost: CostLine
    rd_type: str
    place: str


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
    everything = _everything(sheet, terms)
    here = [each for each in everything if each.place not in ELSEWHERE]
    by_category = added((each.cost.category, each.cost.pence) for each in everything)
    all_rd = sum(rd_part(each.cost) for each in everything)
    public = sum(each.pence or 0 for each in sheet.match if each.is_public)
    return Worked(
        amounts=tuple(amount_of(line, terms) for line in sheet.lines),
        overheads_pence=by_category.get(terms.overheads.key, 0) if terms.overheads else 0,
        by_category=by_category,
        costs_pence=sum(by_category.values()),
        rd_by_type=_nonzero(added((each.rd_type, rd_part(each.cost)) for each in here)),
        rd_by_place=_nonzero(added((each.place, rd_part(each.cost)) for each in here)),
        rd_elsewhere_pence=all_rd - sum(rd_part(each.cost) for each in here),
        public_pence=public,
        private_pence=sum(each.pence or 0 for each in sheet.match) - public,
        in_kind_pence=sum(each.pence or 0 for each in sheet.match if each.is_in_kind),
    )


def places_by_category(sheets: Iterable[Sheet], terms: CostTerms) -> dict[str, dict[str, int]]:
    """How the R&D of each category divides over places, as weights, also those outside the region.

    Where nothing of a category was said to be R&D, what it costs divides so instead. A category that is
    all done where the organisation itself works is not there.
    """
    everything = [each for sheet in sheets for each in _everything(sheet, terms)]
    found = {}
    for category in {each.cost.category: None for each in everything}:
        of_it = [each for each in everything if each.cost.category == category]
        rd = _nonzero(added((each.place, rd_part(each.cost)) for each in of_it))
        found[category] = rd or _nonzero(added((each.place, each.cost.pence) for each in of_it))
    return {category: places for category, places in found.items() if places.keys() - {OWN}}


def _everything(sheet: Sheet, terms: CostTerms) -> list[_Counted]:
    """Every cost of a sheet that can be worked out, its overheads too, each with where the work is done."""
    own = sheet.place or OWN
    counted = [
        _Counted(CostLine(line.category, pence, line.rd_share_bp or 0), line.rd_type, line.place or own)
        for line in sheet.lines
        if (pence := amount_of(line, terms)) is not None
    ]
    overheads = _overheads(sheet, counted, terms)
    return [*counted, overheads] if overheads else counted


def added(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sum of each key."""
    sums: dict[str, int] = {}
    for key, pence in parts:
        sums[key] = sums.get(key, 0) + pence
    return sums


def _nonzero(sums: Mapping[str, int]) -> dict[str, int]:
    return {key: pence for key, pence in sums.items() if pence}


def _overheads(sheet: Sheet, counted: Sequence[_Counted], terms: CostTerms) -> _Counted | None:
    """Overheads as one more cost; at the flat rate they are as much research as the labour they sit on."""
    category, stated, own = terms.overheads, sheet.overheads, sheet.place or OWN
    if category is None or stated.method == Method.NONE:
        return None
    if stated.is_calculated:
        cost = CostLine(category.key, stated.pence or 0, stated.rd_share_bp or 0)
        return _Counted(cost, "experimental", own)
    labour = [each for each in counted if terms.kind_of(each.cost.category) == "labour"]
    total = sum(each.cost.pence for each in labour)
    if not total:
        return None
    research = sum(rd_part(each.cost) for each in labour)
    largest = max(labour, key=lambda each: rd_part(each.cost)).rd_type
    flat = share(total, terms.flat_overheads_bp)
    return _Counted(CostLine(category.key, flat, rounded(Fraction(research * 10_000, total))), largest, own)
