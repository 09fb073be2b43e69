"""Opens a file of bids or marks, whatever its name says it is, and refuses what is no table."""

import re
from dataclasses import dataclass
from pathlib import Path

from fundapp.services.imports.csv_files import read_csv
from fundapp.services.imports.tables import BIDS, SCORES, Table, Unreadable
from fundapp.services.imports.xlsx_files import read_sheet, read_xlsx

LARGEST_FILE = 100_000_000
MOST_BIDS = 20_000
MOST_SCORES = 400_000
BEGINNING = 4_096
WORKBOOK = ".xlsx"
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
ZIP = b"PK\x03\x04"
NO_TABLES = {
    b"MZ": "It is a program, not a table.",
    b"\x7fELF": "It is a program, not a table.",
    b"%PDF": "It is a PDF. Save the table as CSV or .xlsx.",
    b"\xd0\xcf\x11\xe0": "It is an old Excel file (.xls) or has a password. Save it as .xlsx without one.",
    b"<": "It is a web page or XML. Save the table as CSV or .xlsx.",
    b"{": "It is JSON. Save the table as CSV or .xlsx.",
}


@dataclass(frozen=True, slots=True)
class Book:
    """A table of bids, and the marks that came with it in the same file."""

    bids: Table
    scores: Table | None


def open_bids(path: Path) -> Book:
    """The bids of a file, and the marks where it has a sheet of them; `Unreadable` says why not."""
    content = _content(path)
    if content.startswith(ZIP):
        return Book(*read_xlsx(content, MOST_BIDS, MOST_SCORES))
    return Book(read_csv(BIDS, content, MOST_BIDS), None)


def open_scores(path: Path) -> Table:
    """The marks of a file of their own; `Unreadable` says why not."""
    content = _content(path)
    if content.startswith(ZIP):
        return read_sheet(SCORES, content, MOST_SCORES)
    return read_csv(SCORES, content, MOST_SCORES)


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise Unreadable(f"It has {size / 1e6:,.0f} MB; {LARGEST_FILE / 1e6:,.0f} MB are allowed.")
        content = path.read_bytes()
    except OSError as problem:
        raise Unreadable(f"It cannot be opened: {problem.strerror}.") from None
    if not content.strip():
        raise Unreadable("It is empty.")
    for beginning, why in NO_TABLES.items():
        if content.startswith(beginning):
            raise Unreadable(why)
    head = content[:BEGINNING]
    if path.suffix.lower() == WORKBOOK and not content.startswith(ZIP) and CONTROL.search(head):
        raise Unreadable("It is no workbook, though its name says so. Save it anew as .xlsx, or as CSV.")
    if head.count(0) * 20 > len(head) and not content.startswith((ZIP, b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("It is no text and no workbook. Save the table as CSV or .xlsx.")
    return content
