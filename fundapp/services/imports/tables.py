"""What a file comes down to: tables of numbered rows of text, whatever program wrote it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEADER = 1
BIDS = "bids"
SCORES = "scores"


class Unreadable(Exception):
    """A file is no table that can be read; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell that holds something other than a value, and what it holds instead."""

    why: str


Cell = str | Spoilt


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the number a spreadsheet shows for it."""

    number: int
    cells: Sequence[Cell]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(isinstance(cell, Spoilt) or cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it. `notes` say how the file was read, where that is not plain."""

    name: str
    headers: Sequence[Cell]
    rows: Sequence[Row]
    notes: tuple[str, ...] = ()


def table_of(name: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table of plain texts, numbered as if it stood in a spreadsheet under its header."""
    return Table(name, tuple(headers), [Row(*each) for each in enumerate(rows, start=HEADER + 1)])
