"""The picture of the aim: 5% of output as a band to 2030, and nothing drawn where nobody has measured."""

from typing import Any

from fundapp.reports.region import Region
from workflows.rules.target import Band

BILLION = 100_000_000_000
UNKNOWN = "How much R&D is done here is not measured: no line is drawn for it"
UNKNOWN_SHORT = "R&D done here: not measured"


def spec(against: Region) -> dict[str, Any]:
    """What the chart component draws, in £bn a year."""
    bands = against.path
    first, last = bands[0], bands[-1]
    top = _whole_above(last.high_pence)
    name = f"{_percent(against.aim_bp)} of output: {aim_in_words(last)} in {last.year}"
    middle = (first.year + last.year) / 2
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
        "lines": [],
        "names": [
            {"x": first.year, "y": last.high_pence / BILLION, "text": name, "kind": "target"},
            {"x": middle, "y": top * 0.28, "text": UNKNOWN, "kind": "quiet", "anchor": "middle"},
        ],
        "names_narrow": [
            {"x": first.year, "y": last.high_pence / BILLION + top * 0.04, "text": name, "kind": "target"},
            {"x": middle, "y": top * 0.28, "text": UNKNOWN_SHORT, "kind": "quiet", "anchor": "middle"},
        ],
        "wide": {"width": 812, "height": 300, "left": 46},
        "narrow": {"width": 328, "height": 260, "left": 46},
    }


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
