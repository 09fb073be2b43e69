"""The R&D spend total: what counts, spread over quarters and sources of funds, exact to the penny."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.rules.money import share, split
from workflows.rules.schedule import Quarter, days_in, quarter, quarters

# The six authorities of the Liverpool City Region by ONS code; only R&D done here counts.
CITY_REGION: Mapping[str, str] = {
    "E06000006": "Halton",
    "E08000011": "Knowsley",
    "E08000012": "Liverpool",
    "E08000013": "St Helens",
    "E08000014": "Sefton",
    "E08000015": "Wirral",
}


class RdType(StrEnum):
    """The three types of R&D (Frascati Manual 2015)."""

    BASIC = "basic"
    APPLIED = "applied"
    EXPERIMENTAL = "experimental"


# The words of subsidy law for the same; a feasibility study maps by what it studies.
SUBSIDY_TERMS: Mapping[RdType, str] = {
    RdType.BASIC: "fundamental research",
    RdType.APPLIED: "industrial research",
    RdType.EXPERIMENTAL: "experimental development",
}


class Nature(StrEnum):
    """What kind of cost a line is, as far as counting R&D goes."""

    CASH = "cash"
    EQUIPMENT = "equipment"
    DEPRECIATION = "depreciation"
    IN_KIND = "in_kind"
    OVERHEAD_FLAT_RATE = "overhead_flat_rate"
    EXTRAMURAL = "extramural"


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost with its R&D share. `authority` is the ONS code of the site where the work is done."""

    pence: int
    rd_share_bp: int
    rd_type: RdType
    authority: str | None
    nature: Nature = Nature.CASH


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a cost counts as R&D spend, and why the rest does not."""

    pence: int
    why: str = ""
    is_estimated: bool = False


def counted(cost: Cost) -> Counted:
    """Intramural R&D at a performer in the city region, once; everything else is zero, with the reason."""
    if cost.authority not in CITY_REGION:
        return Counted(0, "The work is done outside the six authorities.")
    if cost.nature is Nature.DEPRECIATION:
        return Counted(0, "Use of equipment counts nothing; equipment counts in full when it is paid.")
    if cost.nature is Nature.IN_KIND:
        return Counted(0, "Help in kind is no expenditure unless it is a real cost.")
    if cost.nature is Nature.EXTRAMURAL:
        return Counted(0, "Work bought in counts at whoever does it, if at all.")
    pence = share(cost.pence, cost.rd_share_bp)
    why = "" if pence else "No part of this cost is R&D."
    return Counted(pence, why, is_estimated=cost.nature is Nature.OVERHEAD_FLAT_RATE)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an entry belongs: source of funds, site, type, quarter, and whether it is an estimate."""

    source_of_funds: str
    authority: str
    rd_type: RdType
    quarter: Quarter
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """So many pence in one place."""

    place: Place
    pence: int


Sources = Mapping[str, int]


def profile(starts_on: date, ends_on: date) -> dict[Quarter, int]:
    """The quarters of a project, weighted by the days in each: how planned cost is spread."""
    return {each: days_in(each, starts_on, ends_on) for each in quarters(starts_on, ends_on)}


def planned(costs: Iterable[Cost], sources: Sources, starts_on: date, ends_on: date) -> tuple[Entry, ...]:
    """Entries of costs still to come, spread over the project's quarters and its sources of funds."""
    return _spread(costs, sources, profile(starts_on, ends_on))


def paid(costs: Iterable[Cost], sources: Sources, paid_on: date) -> tuple[Entry, ...]:
    """Entries of costs that were paid: all in the quarter of the day they were paid."""
    return _spread(costs, sources, {quarter(paid_on): 1})


def _spread(costs: Iterable[Cost], sources: Sources, when: Mapping[Quarter, int]) -> tuple[Entry, ...]:
    amounts: Counter[Place] = Counter()
    for cost in costs:
        found = counted(cost)
        if not found.pence or cost.authority is None:
            continue
        cells = [(source, each) for source in sources for each in when]
        parts = split(found.pence, [sources[source] * when[each] for source, each in cells])
        for (source, each), pence in zip(cells, parts, strict=True):
            amounts[Place(source, cost.authority, cost.rd_type, each, found.is_estimated)] += pence
    return _entries(amounts)


@dataclass(frozen=True, slots=True)
class UseOfFunds:
    """One line of what a company says it will do, or did, with an investment, in one quarter."""

    quarter: Quarter
    cost: Cost


def invested(lines: Sequence[UseOfFunds], source: str) -> tuple[Entry, ...]:
    """Entries of an investment: never the ticket itself, only the R&D the company does with it."""
    amounts: Counter[Place] = Counter()
    for line in lines:
        found = counted(line.cost)
        if found.pence and line.cost.authority is not None:
            place = Place(source, line.cost.authority, line.cost.rd_type, line.quarter, found.is_estimated)
            amounts[place] += found.pence
    return _entries(amounts)


def corrections(wanted: Iterable[Entry], recorded: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries to add so that what is recorded comes to what is wanted; doing it twice adds nothing."""
    amounts: Counter[Place] = Counter()
    for entry in wanted:
        amounts[entry.place] += entry.pence
    for entry in recorded:
        amounts[entry.place] -= entry.pence
    return _entries(amounts)


def by_calendar_year(entries: Iterable[Entry]) -> dict[int, int]:
    """Sums by calendar year, the year of official R&D statistics."""
    sums: Counter[int] = Counter()
    for entry in entries:
        sums[entry.place.quarter.year] += entry.pence
    return dict(sorted(sums.items()))


def by_financial_year(entries: Iterable[Entry]) -> dict[int, int]:
    """Sums by financial year, the Combined Authority's year, named by the year it began."""
    sums: Counter[int] = Counter()
    for entry in entries:
        sums[entry.place.quarter.financial_year] += entry.pence
    return dict(sorted(sums.items()))


def _entries(amounts: Mapping[Place, int]) -> tuple[Entry, ...]:
    return tuple(Entry(place, pence) for place, pence in sorted(amounts.items()) if pence)
