"""The picture of the aim: 5% of output as a band to 2030, these funds' own sliver to the same scale,
and nothing drawn where nobody has measured.
"""

from collections.abc import Mapping
from typing import Any

from fundapp.reports.region import Region
from fundapp.web.public.amounts import large
from workflows.rules.target import Band

BILLION = 100_000_000_000
HAIRLINE = 1 / 266  # one pixel of the plot's height
UNKNOWN = "How much R&D is done here is not measured: no line is drawn for it"
UNKNOWN_SHORT = "R&D done here: not measured"


def spec(against: Region, defrayed: Mapping[int, int]) -> dict[str, Any]:
    """What the chart component draws, in £bn a year: the aim, and by year what is defrayed, in pence.

    Only defrayed spend compares with the aim; what is committed or contracted is a plan.
    """
    bands = against.path
    first, last = bands[0], bands[-1]
    top = _whole_above(last.high_pence)
    name = f"{_percent(against.aim_bp)} of output: {aim_in_words(last)} in {last.year}"
    middle = (first.year + last.year) / 2
    slivers = {year: pence for year, pence in defrayed.items() if first.year <= year <= last.year}
    most, most_short = _most(slivers, top)
    own = {"x": middle, "y": top * 0.05, "kind": "estuary", "anchor": "middle"}
    return {
        "x": [first.year - 0.25, last.year],
        "y": [0, top],
        "x_ticks": [(year, str(year)) for year in _ticks(first.year, last.year)],
        "y_ticks": [(0, "0"), *((each, f"£{each}bn") for each in range(1, top + 1))],
        "bands": [
            {
                "kind": "target",
                "points": [
                    (band.year, band.low_pence / BILLION, band.high_pence / BILLION) for band in bands
                ],
            }
        ],
        "columns": [(year, pence / BILLION) for year, pence in slivers.items() if pence > 0],
        "names": [
            {"x": first.year, "y": last.high_pence / BILLION, "text": name, "kind": "target"},
            {"x": middle, "y": top * 0.28, "text": UNKNOWN, "kind": "quiet", "anchor": "middle"},
            *([own | {"text": most}] if most else []),
        ],
        "names_narrow": [
            {"x": first.year, "y": last.high_pence / BILLION + top * 0.04, "text": name, "kind": "target"},
            {"x": middle, "y": top * 0.28, "text": UNKNOWN_SHORT, "kind": "quiet", "anchor": "middle"},
            *([own | {"text": most_short}] if most_short else []),
        ],
        "wide": {"width": 812, "height": 300, "left": 46},
        "narrow": {"width": 328, "height": 260, "left": 46},
    }


def _most(slivers: Mapping[int, int], top: int) -> tuple[str, str]:
    """What stands beside the sliver: the year it is highest in. Nothing where there is none."""
    pence, year = max(((pence, year) for year, pence in slivers.items()), default=(0, 0))
    if pence <= 0:
        return "", ""
    amount = large(pence)
    thin = ", thinner than this line" if pence < top * BILLION * HAIRLINE else ""
    return (
        f"Spent by these funds’ projects, to the same scale: {amount} in {year}{thin}",
        f"Spent by these projects: {amount} in {year}",
    )


def aim_in_words(band: Band) -> str:
    """£2.57bn to £2.85bn."""
    return f"£{band.low_pence / BILLION:.2f}bn to £{band.high_pence / BILLION:.2f}bn"


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}%"


def _ticks(first: int, last: int) -> list[int]:
    """The first year, the last, and every other one between that leaves room for the first."""
    return [first, *(year for year in range(first + 2, last + 1) if (last - year) % 2 == 0)]


def _whole_above(pence: int) -> int:
    return int(pence // BILLION) + 1
