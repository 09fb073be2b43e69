"""What the R&D total is held against: the region's aim, its output, official series, each with its source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from workflows.rules import target
from workflows.rules.money import WHOLE, to_pence
from workflows.rules.target import Band, Growth

FILE = Path(__file__).with_name("region.toml")


class RegionError(ValueError):
    """The file of denominators cannot be used; the message names the table and the entry."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from, which edition, and whether it is only assumed."""

    text: str
    vintage: str = ""
    is_assumption: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Official figures of one place made by one method; never joined with another's."""

    key: str
    name: str
    place: str
    unit: str
    method: str
    source: Source
    values: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Region:
    """Everything the total is held against."""

    aim: str
    aim_bp: int
    aim_year: int
    aim_source: Source
    output_name: str
    output_pence: int
    output_year: int
    output_source: Source
    growth: Growth
    growth_source: Source
    series: tuple[Series, ...]

    @property
    def path(self) -> tuple[Band, ...]:
        """What the aim comes to in each year, from the one whose output is known."""
        return target.path(self.output_pence, self.output_year, self.growth, self.aim_bp, self.aim_year)


@cache
def region() -> Region:
    """The denominators of this installation, read once a process."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Region:
    """Denominators from the text of a file; `RegionError` says what is wrong with it."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as mistake:
        raise RegionError(f"it is not TOML: {mistake}") from None
    aim, output, growth = (_table(data, name) for name in ("aim", "output", "growth"))
    made = Region(
        aim=_text(aim, "aim", "what"),
        aim_bp=_basis_points(aim, "aim", "share_percent"),
        aim_year=_whole(aim, "aim", "year"),
        aim_source=_source(aim, "aim"),
        output_name=_text(output, "output", "name"),
        output_pence=to_pence(Decimal(_whole(output, "output", "pounds"))),
        output_year=_whole(output, "output", "year"),
        output_source=_source(output, "output"),
        growth=_growth(growth),
        growth_source=_source(growth, "growth"),
        series=tuple(_series(each) for each in data.get("series", ())),
    )
    if made.aim_year < made.output_year:
        raise RegionError("[aim] year: it lies before the year of [output]")
    return made


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    if not isinstance(found, dict):
        raise RegionError(f"[{name}]: this table is missing")
    return found


def _text(table: Mapping[str, Any], where: str, name: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        raise RegionError(f"[{where}] {name}: write a text")
    return found


def _whole(table: Mapping[str, Any], where: str, name: str) -> int:
    found = table.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found <= 0:
        raise RegionError(f"[{where}] {name}: write a whole number above nought")
    return found


def _basis_points(table: Mapping[str, Any], where: str, name: str) -> int:
    found = table.get(name)
    if not isinstance(found, int | Decimal) or isinstance(found, bool) or not -100 < found <= 100:
        raise RegionError(f"[{where}] {name}: write a percentage such as 2.5")
    points = Decimal(found) * WHOLE / 100
    if points != points.to_integral_value():
        raise RegionError(f"[{where}] {name}: two places are the most it may have")
    return int(points)


def _growth(table: Mapping[str, Any]) -> Growth:
    try:
        return Growth(
            _basis_points(table, "growth", "low_percent"), _basis_points(table, "growth", "high_percent")
        )
    except RegionError:
        raise
    except ValueError as mistake:
        raise RegionError(f"[growth]: {mistake}") from None


def _source(table: Mapping[str, Any], where: str) -> Source:
    return Source(
        _text(table, where, "source"),
        str(table.get("vintage", "")),
        table.get("assumption") is True,
        str(table.get("note", "")),
    )


def _series(table: Mapping[str, Any]) -> Series:
    where = f"series {table.get('key', '?')}"
    try:
        values = tuple((int(year), Decimal(value)) for year, value in table["values"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        raise RegionError(f"[{where}] values: write pairs of a year and a number") from None
    words = {name: _text(table, where, name) for name in ("key", "name", "place", "unit", "method")}
    return Series(source=_source(table, where), values=values, **words)
