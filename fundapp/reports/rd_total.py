"""The R&D spend total: committed, contracted and defrayed, never mixed, by quarter, district and source.

What the public may see leaves out every award whose decision is not released yet: it is the sums the database
keeps, less the entries of those few awards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.rd_entries import RdEntry
from fundapp.models.sums import RdSum
from workflows.rules.rd_spend import CITY_REGION
from workflows.rules.schedule import Quarter, financial_year, quarter

MEASURES = ("committed", "contracted", "defrayed")
# Measure, source of funds, ONS code of the district, type of R&D, first day of the quarter.
Place = tuple[str, str, str, str, date]


@dataclass(frozen=True, slots=True)
class Cell:
    """Pence of one measure in one place and quarter."""

    measure: str
    source_of_funds: str
    authority: str
    rd_type: str
    quarter: Quarter
    pence: int

    @property
    def district(self) -> str:
        """The district's name."""
        return CITY_REGION.get(self.authority, self.authority)


Cut = dict[Any, dict[str, int]]


class Total:
    """The total at one instant: by measure, cut four ways, and cell by cell."""

    def __init__(self, amounts: Mapping[Place, int]) -> None:
        self._amounts = amounts
        self._sums = dict.fromkeys(MEASURES, 0)
        self._cuts: tuple[Cut, Cut, Cut, Cut] = ({}, {}, {}, {})
        for (measure, source, authority, _, day), pence in amounts.items():
            if not pence:
                continue
            self._sums[measure] += pence
            keys = (day.year, financial_year(day), CITY_REGION.get(authority, authority), source)
            for cut, key in zip(self._cuts, keys, strict=True):
                row = cut.setdefault(key, dict.fromkeys(MEASURES, 0))
                row[measure] += pence

    def of(self, measure: str) -> int:
        """Pence of a measure over all years."""
        return self._sums[measure]

    def by_calendar_year(self) -> dict[int, dict[str, int]]:
        """Pence by calendar year, the year of official statistics, and measure."""
        return dict(sorted(self._cuts[0].items()))

    def by_financial_year(self) -> dict[int, dict[str, int]]:
        """Pence by financial year, named by the year it begins, and measure."""
        return dict(sorted(self._cuts[1].items()))

    def by_district(self) -> dict[str, dict[str, int]]:
        """Pence by the district the work is done in, and measure."""
        return dict(sorted(self._cuts[2].items()))

    def by_source(self) -> dict[str, dict[str, int]]:
        """Pence by whose money it is, and measure."""
        return dict(sorted(self._cuts[3].items()))

    def cells(self) -> Iterator[Cell]:
        """Every amount, measure by measure and quarter by quarter."""
        order = sorted(
            self._amounts.items(), key=lambda item: (MEASURES.index(item[0][0]), item[0][4], item[0])
        )
        for (measure, source, authority, rd_type, day), pence in order:
            if pence:
                yield Cell(measure, source, authority, rd_type, quarter(day), pence)


@dataclass(frozen=True, slots=True)
class RdTotal:
    """What everybody may see, and what the office sees besides: decisions not released yet."""

    public: Total
    unreleased: Total

    @property
    def whole(self) -> Mapping[str, int]:
        """Pence of each measure with nothing left out."""
        return {measure: self.public.of(measure) + self.unreleased.of(measure) for measure in MEASURES}


def rd_total() -> RdTotal:
    """The total as at this instant, in one statement whatever the number of entries."""
    kept: dict[Place, int] = {}
    held: dict[Place, int] = {}
    everything = select(literal(value=False), *_place_of(RdSum), RdSum.pence)
    for row in db.session.execute(union_all(everything, _unreleased())):
        (held if row[0] else kept)[row[1], row[2], row[3], row[4], row[5]] = int(row[6])
    return RdTotal(Total(_less(kept, held)), Total(held))


def _unreleased() -> Select[*tuple[Any, ...]]:
    """Sums over the awards whose decision nobody outside may know yet; there are never many."""
    hidden = (
        select(Award.id)
        .join(Application, Application.id == Award.application_id)
        .where(
            or_(
                Application.decision_release_at.is_(None),
                Application.decision_release_at > clock.now(),
            )
        )
    )
    place = _place_of(RdEntry)
    sums = select(literal(value=True), *place, func.sum(RdEntry.pence))
    return sums.where(RdEntry.award_id.in_(hidden)).group_by(*place)


def _place_of(model: Any) -> tuple[Any, ...]:
    return model.measure, model.source_of_funds, model.authority, model.rd_type, model.quarter_starts_on


def _less(kept: Mapping[Place, int], held: Mapping[Place, int]) -> dict[Place, int]:
    return {place: pence - held.get(place, 0) for place, pence in kept.items()}
