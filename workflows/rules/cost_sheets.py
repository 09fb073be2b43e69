"""A cost sheet: what one organisation of a bid says of its costs line by line, and of who else pays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workflows.rules.costs import Category
from workflows.rules.money import in_words
from workflows.rules.work_places import PLACES

LINES = "line_"  # before the key of a category: what a page calls the list of its lines


class Unit(StrEnum):
    """What a figure of a cost line counts."""

    PENCE = "pence"
    DAYS = "days"
    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a cost line: its name in the data, its heading, what to ask for while it is missing."""

    name: str
    heading: str
    unit: Unit
    wanted: str


_ANNUAL = Figure("annual", "Cost a year", Unit.PENCE, "what this person costs a year")
_DAYS = Figure("days", "Days", Unit.DAYS, "the days on the project")
_COUNT = Figure("count", "How many", Unit.COUNT, "how many")
_EACH = Figure("each", "Cost of each", Unit.PENCE, "what each costs")
_BEFORE = Figure("before", "Worth at the start", Unit.PENCE, "what it is worth at the start")
_AFTER = Figure("after", "Worth at the end", Unit.PENCE, "what it is worth at the end")
_USE = Figure("use", "Used for this", Unit.SHARE, "how much of its use is for the project")
_PENCE = Figure("pence", "Cost", Unit.PENCE, "what it costs")

OVERHEADS = "overheads"
SUBCONTRACT = "subcontract"
# The figures each kind of cost is worked out from.
FIGURES: Mapping[str, tuple[Figure, ...]] = {
    "labour": (_ANNUAL, _DAYS),
    OVERHEADS: (),
    "materials": (_COUNT, _EACH),
    "capital": (_BEFORE, _AFTER, _USE),
    SUBCONTRACT: (_PENCE,),
    "travel": (_COUNT, _EACH),
    "other": (_PENCE,),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One cost as it was stated. `figures` holds pence, basis points and counts as whole numbers, and days
    as a decimal in words ("60.5"); what is not said yet is not there.

    `place` is where work that is bought in is done, of `work_places.PLACES`. Sheets from before it was
    asked have none: there it counts as done where the organisation itself works.
    """

    category: str
    what: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    rd_share_bp: int | None = None
    rd_type: str = "experimental"
    place: str | None = None

    @property
    def place_name(self) -> str:
        """Where the work is done, in words; empty where that is not said."""
        return PLACES.get(self.place or "", "")


class Method(StrEnum):
    """How overheads are counted."""

    NONE = "none"
    FLAT = "flat"
    CALCULATED = "calculated"


@dataclass(frozen=True, slots=True)
class Overheads:
    """How one organisation counts its overheads; amount and R&D share count only where it calculated them."""

    method: str = Method.NONE
    pence: int | None = None
    rd_share_bp: int | None = None

    @property
    def is_calculated(self) -> bool:
        """Whether the organisation calculated them itself, so that it has to show how."""
        return self.method == Method.CALCULATED

    @property
    def as_counted(self) -> "Overheads":
        """The same without figures that were written once and count for nothing now."""
        return self if self.is_calculated else Overheads(self.method)


@dataclass(frozen=True, slots=True)
class Match:
    """Money from somebody besides the fund: public money lowers the grant, a kind gift is not cash."""

    source: str
    pence: int | None = None
    is_public: bool = False
    is_in_kind: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one organisation says of its costs and of who pays.

    `asks_pence` is set where less is asked for than could be paid; `research` is the kind of research the
    rate depends on, `size` how large a partner says it is, `place` where it works (the lead's is the place of
    its organisation); `rate_bp` is the rate everything was last looked at with.
    """

    lines: tuple[Line, ...] = ()
    overheads: Overheads = Overheads()
    match: tuple[Match, ...] = ()
    asks_pence: int | None = None
    research: str | None = None
    size: str | None = None
    place: str | None = None
    rate_bp: int | None = None

    @property
    def place_name(self) -> str:
        """Where a partner works, in words; empty where that is not said."""
        return PLACES.get(self.place or "", "")


@dataclass(frozen=True, slots=True)
class CostTerms:
    """What a round says of costs: the days of a working year, the flat rate of overheads, every category."""

    categories: tuple[Category, ...]
    working_days: int = 232
    flat_overheads_bp: int = 2_000

    def kind_of(self, category: str) -> str:
        """The kind of a category, which decides what its lines are worked out from."""
        return next((each.kind for each in self.categories if each.key == category), "other")

    @property
    def overheads(self) -> Category | None:
        """The category of overheads, where the round takes any."""
        return next((each for each in self.categories if each.kind == OVERHEADS), None)


def missing(sheet: Sheet, terms: CostTerms) -> Iterator[tuple[str, str]]:
    """What lines and match still lack: the field, named as the page names it, and a sentence."""
    places: dict[str, int] = {}
    for line in sheet.lines:
        place = places.get(line.category, 0)
        places[line.category] = place + 1
        yield from _missing_in(line, f"{LINES}{line.category}-{place}", terms)
    yield from _missing_in_overheads(sheet.overheads)
    for place, match in enumerate(sheet.match):
        if match.pence is None:
            yield f"match-{place}-pence", f"{_quoted(match.source, 'Match')}: enter the amount."
        elif not match.source:
            yield f"match-{place}-source", f"Say who pays the {in_words(match.pence)}."


def _missing_in(line: Line, place: str, terms: CostTerms) -> Iterator[tuple[str, str]]:
    name = _quoted(line.what, "A cost")
    if not line.what:
        yield f"{place}-what", "A cost has no name: say what it is for."
    for figure in FIGURES[terms.kind_of(line.category)]:
        if figure.name not in line.figures:
            yield f"{place}-{figure.name}", f"{name}: enter {figure.wanted}."
    if terms.kind_of(line.category) == SUBCONTRACT and line.place is None:
        yield f"{place}-place", f"{name}: say where the work is done."
    if line.rd_share_bp is None:
        yield f"{place}-rd_share", f"{name}: say how much of it is R&D, or 0."


def _missing_in_overheads(stated: Overheads) -> Iterator[tuple[str, str]]:
    if not stated.is_calculated:
        return
    if stated.pence is None:
        yield "overheads_pence", "Enter your overheads as you calculated them."
    if stated.rd_share_bp is None:
        yield "overheads_rd_share", "Say how much of the overheads is R&D, or 0."


def _quoted(text: str, otherwise: str) -> str:
    return f"“{text}”" if text else otherwise


def as_data(sheet: Sheet) -> dict[str, Any]:
    """A sheet as JSON keeps it."""
    return {
        "lines": [_line_as_data(line) for line in sheet.lines],
        "overheads": {
            "method": str(sheet.overheads.method),
            "pence": sheet.overheads.pence,
            "rd_share_bp": sheet.overheads.rd_share_bp,
        },
        "match": [
            {
                "source": each.source,
                "pence": each.pence,
                "is_public": each.is_public,
                "is_in_kind": each.is_in_kind,
            }
            for each in sheet.match
        ],
        "asks_pence": sheet.asks_pence,
        "research": sheet.research,
        "size": sheet.size,
        "rate_bp": sheet.rate_bp,
    } | ({"place": sheet.place} if sheet.place else {})


def _line_as_data(line: Line) -> dict[str, Any]:
    data = {
        "category": line.category,
        "what": line.what,
        "figures": dict(line.figures),
        "rd_share_bp": line.rd_share_bp,
        "rd_type": line.rd_type,
    }
    return data | ({"place": line.place} if line.place else {})


def from_data(data: Mapping[str, Any]) -> Sheet:
    """The sheet that JSON keeps."""
    return Sheet(
        lines=tuple(Line(**each) for each in data["lines"]),
        overheads=Overheads(**data["overheads"]),
        match=tuple(Match(**each) for each in data["match"]),
        asks_pence=data["asks_pence"],
        research=data["research"],
        size=data["size"],
        place=data.get("place"),
        rate_bp=data["rate_bp"],
    )
