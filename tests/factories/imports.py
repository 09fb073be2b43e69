"""Files of bids and marks for tests: rows that are right, to be spoiled one cell at a time."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.services.imports import Table, table_of

COLUMNS = (
    "bid_ref", "organisation", "company_number", "contact_name", "contact_email", "postcode", "title",
    "summary", "total_cost", "grant_requested", "match_funding", "rd_share", "submitted_at", "q:problem",
)  # fmt: skip
MARK_COLUMNS = ("bid_ref", "assessor_email", "criterion", "score", "comment")
WHILE_OPEN = "2026-11-02 09:30"


def bid(number: int, **changes: str) -> dict[str, str]:
    """One bid as a row of cells by column, right unless changed."""
    row = {
        "bid_ref": f"B{number}",
        "organisation": f"Firm {number} Ltd",
        "company_number": f"{10_000_000 + number}",
        "contact_name": f"Lead {number}",
        "contact_email": f"lead@firm{number}.example",
        "postcode": "L3 1BP",
        "title": f"Idea {number}",
        "summary": "A summary everybody may read.",
        "total_cost": "100,000",
        "grant_requested": "£50,000",
        "match_funding": "50000.00",
        "rd_share": "80%",
        "submitted_at": WHILE_OPEN,
        "q:problem": f"The problem of bid {number}.",
    }
    return row | {name.replace("q_", "q:"): value for name, value in changes.items()}


def bids(*rows: dict[str, str], columns: Sequence[str] = COLUMNS) -> Table:
    """A table of bids."""
    return table_of("bids", columns, [[row.get(name, "") for name in columns] for row in rows])


def marks(call: Round, bid_ref: str, assessor: Person | str, score: str = "4") -> list[list[str]]:
    """One assessor's marks for one bid, a row a criterion."""
    email = assessor if isinstance(assessor, str) else assessor.email
    return [[bid_ref, email, criterion.key, score, "Because it says so."] for criterion in call.criteria]


def scores(*rows: Sequence[str]) -> Table:
    """A table of marks."""
    return table_of("scores", MARK_COLUMNS, rows)


def csv_file(path: Path, lines: Iterable[Sequence[str]], encoding: str = "utf-8") -> Path:
    """Lines as a file of comma-separated text."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def lines(table: Table) -> list[list[str]]:
    """A table's header and rows as plain lines."""
    return [[str(cell) for cell in cells] for cells in (table.headers, *(row.cells for row in table.rows))]


def workbook(path: Path, **sheets: Iterable[Sequence[object]]) -> Path:
    """Sheets of values as a workbook."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path
