"""Columns: which there are, what each holds, and how a header of any order and spelling is matched."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from openpyxl.utils import get_column_letter

from fundapp.services.imports.mistakes import Findings, quoted
from fundapp.services.imports.tables import HEADER, Cell, Row, Spoilt, Table
from fundapp.services.imports.values import LONGEST_TEXT, Read

ANSWER = "q:"
_LOOSE = re.compile(r"[\s_\-.]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, how its cells are read, what they hold in words, and an example.

    A `needed` column must be there and its cells filled.
    """

    name: str
    read: Read
    about: str
    example: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The known columns of one table, each with the place where the file has it."""

    table: str
    columns: Sequence[Column]
    places: Mapping[str, int]
    width: int

    def records(self, table: Table, found: Findings) -> Iterator["Record"]:
        """Every row that has something in it and the right number of cells."""
        for row in table.rows:
            if row.is_blank:
                continue
            extra = any(isinstance(cell, Spoilt) or cell.strip() for cell in row.cells[self.width :])
            if extra or len(row.cells) < self.width:
                found.wrong(self.table, row.number, "", _ragged(len(row.cells), self.width))
            else:
                yield Record(self, row, found)


@dataclass
class Record:
    """One row being read: values by column name; what is wrong is told and gives nothing.

    No row is sound without a needed column, which is told once, where the header is read.
    """

    layout: Layout
    row: Row
    found: Findings
    told: set[str] = field(default_factory=set)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong with this row."""
        return not self.told

    def values(self) -> dict[str, Any]:
        """What every column holds in this row; nothing where a cell is empty, absent or wrong."""
        return {column.name: self._value(column) for column in self.layout.columns}

    def wrong(self, column: str, what: str) -> None:
        """Tell a mistake in this row."""
        self.told.add(column)
        self.found.wrong(self.layout.table, self.row.number, column, what)

    def _value(self, column: Column) -> Any:
        place = self.layout.places.get(column.name)
        if place is None:
            if column.needed:
                self.told.add(column.name)
            return None
        cell = self.row.cells[place]
        if isinstance(cell, Spoilt):
            self.wrong(column.name, f"{cell.why}. Put the value itself there")
            return None
        text = cell.strip()
        if not text:
            if column.needed:
                self.wrong(column.name, f"This cell is empty. Enter {column.about}")
            return None
        if len(text) > LONGEST_TEXT:
            self.wrong(column.name, f"It has {len(text):,} characters; {LONGEST_TEXT:,} is the most")
            return None
        try:
            return column.read(text)
        except ValueError as mistake:
            self.wrong(column.name, f"{str(mistake).removesuffix('.')}. It holds {quoted(text)}")
            return None


def match(table: Table, columns: Sequence[Column], found: Findings) -> Layout:
    """Find each column in the header, whatever its order, case and spaces, and tell what does not fit."""
    known = {_loose(column.name): column.name for column in columns}
    written = _trimmed(table.headers)
    places: dict[str, int] = {}
    for place, header in enumerate(written):
        name = None if isinstance(header, Spoilt) else known.get(_loose(header))
        if name is None:
            found.wrong(table.name, HEADER, f"column {get_column_letter(place + 1)}", _unknown(header, known))
        elif name not in places:
            places[name] = place
    _tell_repeated(table.name, written, known, found)
    for column in columns:
        if column.needed and column.name not in places:
            found.wrong(table.name, HEADER, column.name, f"This column is missing. It holds {column.about}")
    return Layout(table.name, columns, places, len(written))


def fits(headers: Sequence[Cell], columns: Sequence[str]) -> bool:
    """Whether a header has all of these columns."""
    written = {_loose(header) for header in headers if isinstance(header, str)}
    return all(_loose(column) in written for column in columns)


def _tell_repeated(table: str, written: Sequence[Cell], known: Mapping[str, str], found: Findings) -> None:
    names = [known.get(_loose(header)) for header in written if isinstance(header, str)]
    for name, count in Counter(name for name in names if name).items():
        if count > 1:
            found.wrong(table, HEADER, name, f"This column stands there {count} times. Keep one")


def _trimmed(headers: Sequence[Cell]) -> list[Cell]:
    """The header without empty cells at its end."""
    kept = list(headers)
    while kept and isinstance(kept[-1], str) and not kept[-1].strip():
        kept.pop()
    return kept


def _unknown(header: Cell, known: Mapping[str, str]) -> str:
    if isinstance(header, Spoilt):
        return f"{header.why}. Write the name of the column"
    if not header.strip():
        return "This column has no name. Name it, or take it out"
    if _loose(header).startswith(ANSWER):
        asked = [name.removeprefix(ANSWER) for name in known.values() if name.startswith(ANSWER)]
        given = quoted(header.partition(":")[2].strip())
        return f"No question in words has the reference {given}. There are: {', '.join(asked)}"
    near = get_close_matches(_loose(header), known, n=1)
    hint = f"Did you mean {known[near[0]]}?" if near else "Take it out, or see the template of the round"
    return f"No column is called {quoted(header.strip())}. {hint}"


def _ragged(cells: int, width: int) -> str:
    return (
        f"This row has {cells} cells and the header {width}."
        " A text with a comma in it needs quotation marks around it"
    )


def _loose(header: str) -> str:
    return _LOOSE.sub("", header.casefold())
