"""Reads tables from spreadsheets: values only, nothing executed, nothing unpacked beyond its limits."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from fundapp.services.imports.columns import fits
from fundapp.services.imports.tables import BIDS, HEADER, SCORES, Cell, Row, Spoilt, Table, Unreadable

MOST_MEMBERS = 500
LARGEST_UNPACKED = 400_000_000
BOMB_RATIO = 300
BOMB_SIZE = 10_000_000
MOST_COLUMNS = 200
EXPLAINING = "columns"
MACROS = "vbaproject.bin"
DAMAGED = "It is a damaged workbook. Save it anew."
# What a broken or hostile workbook makes its reader raise.
BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    SyntaxError,
    NotImplementedError,
    RecursionError,
    OSError,
    EOFError,
)


def read_xlsx(content: bytes, most_bids: int, most_scores: int) -> tuple[Table, Table | None]:
    """The table of bids of a workbook, and the one of marks where there is a sheet of them."""
    _inspect(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = {str(sheet.title): sheet for sheet in book.worksheets}
        return _tables(sheets, most_bids, most_scores)
    except BROKEN:
        raise Unreadable(DAMAGED) from None


def read_sheet(name: str, content: bytes, most_rows: int) -> Table:
    """The one table of a workbook: the sheet of this name, else the first."""
    _inspect(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = {str(sheet.title): sheet for sheet in book.worksheets}
        return _table(name, _named(sheets, name) or next(iter(sheets.values())), most_rows)
    except BROKEN:
        raise Unreadable(DAMAGED) from None


def _inspect(content: bytes) -> None:
    """Refuse what is no plain workbook, and what would unpack to far more than it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Unreadable(DAMAGED) from None
    names = [member.filename.lower() for member in members]
    if len(members) > MOST_MEMBERS or len(set(names)) < len(names):
        raise Unreadable("It is packed like no workbook a spreadsheet writes. Save it anew.")
    if any(name.endswith(MACROS) for name in names):
        raise Unreadable("It holds macros. Save it as .xlsx, which has none.")
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise Unreadable("It is an archive, but no .xlsx workbook. Save it as .xlsx or as CSV.")
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("It is encrypted. Save it without a password.")
    _insist_on_size(members)


def _insist_on_size(members: Sequence[zipfile.ZipInfo]) -> None:
    for member in members:
        ratio = member.file_size / max(member.compress_size, 1)
        if member.file_size > BOMB_SIZE and ratio > BOMB_RATIO:
            raise Unreadable(f"It would unpack to {ratio:,.0f} times its size, so it is not opened.")
    total = sum(member.file_size for member in members)
    if total > LARGEST_UNPACKED:
        raise Unreadable(
            f"It unpacks to {total / 1e6:,.0f} MB; {LARGEST_UNPACKED / 1e6:,.0f} MB are allowed."
        )


def _tables(sheets: dict[str, Any], most_bids: int, most_scores: int) -> tuple[Table, Table | None]:
    if not sheets:
        raise Unreadable("It has no sheet.")
    first = _named(sheets, BIDS) or next(iter(sheets.values()))
    others = {title: sheet for title, sheet in sheets.items() if sheet is not first}
    second = _named(others, SCORES) or next(
        (sheet for sheet in others.values() if fits(_header(sheet), ("bid_ref", "assessor_email"))), None
    )
    left = [title for title, sheet in others.items() if sheet is not second and _fold(title) != EXPLAINING]
    notes = (f"These sheets were not read: {', '.join(left)}.",) if left else ()
    bids = _table(BIDS, first, most_bids, notes)
    scores = None if second is None else _table(SCORES, second, most_scores)
    return bids, scores if scores and scores.rows else None


def _named(sheets: dict[str, Any], name: str) -> Any:
    return next((sheet for title, sheet in sheets.items() if _fold(title) == name), None)


def _fold(title: str) -> str:
    return title.strip().casefold()


def _header(sheet: Any) -> list[Cell]:
    return next(_rows(sheet), [])


def _table(name: str, sheet: Any, most_rows: int, notes: tuple[str, ...] = ()) -> Table:
    records = _rows(sheet)
    headers = next(records, [])
    if not any(isinstance(header, Spoilt) or header.strip() for header in headers):
        raise Unreadable(f"The first row of its sheet “{sheet.title}” is empty. Row 1 names the columns.")
    rows: list[Row] = []
    for number, cells in enumerate(records, start=HEADER + 1):
        row = Row(number, [*cells, *[""] * (len(headers) - len(cells))])
        if row.is_blank:
            continue
        if len(rows) == most_rows:
            raise Unreadable(f"Its sheet “{sheet.title}” has more than {most_rows:,} rows. Split it.")
        rows.append(row)
    return Table(name, headers, rows, notes)


def _rows(sheet: Any) -> Iterator[list[Cell]]:
    sheet.reset_dimensions()
    for cells in sheet.iter_rows():
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(
                f"Its sheet “{sheet.title}” has cells beyond column {MOST_COLUMNS}. Delete the columns there."
            )
        found = [_text(cell) for cell in cells]
        while found and found[-1] == "":
            found.pop()
        yield found


def _text(cell: Any) -> Cell:
    """What a cell says, as somebody would write it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Spoilt("This cell holds a formula")
    if cell.data_type == "e":
        return Spoilt(f"This cell holds an error, {value}")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    return _moment(value)


def _number(value: float, form: str) -> str:
    """A number to the 15 figures a spreadsheet shows; 0.8 shown as a percentage is 80%."""
    exact = Decimal(f"{value:.15g}")
    if not exact.is_finite():
        return str(value)
    if "%" in form:
        return f"{_plain(exact * 100)}%"
    return _plain(exact)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: Any) -> str:
    if isinstance(value, datetime):
        there = value.replace(microsecond=0)
        return str(there.date()) if there.time() == time() else there.isoformat(" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)
