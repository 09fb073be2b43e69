"""Streams rows as CSV that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from flask import Response, stream_with_context

from fundapp import clock

STARTERS = "=+-@\t\r＝＋－＠"
ROWS_AT_ONCE = 200
Cell = str | int | Decimal | datetime | None


def attachment(name: str, head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Response:
    """A CSV file that is sent while it is read, so that its size costs no memory."""
    response = Response(stream_with_context(_text([list(head)], rows)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def pounds(pence: int | None) -> Decimal | None:
    """An amount as a number of pounds."""
    return None if pence is None else Decimal(pence).scaleb(-2)


def harmless(cell: Cell) -> str:
    """A cell's text; one that a spreadsheet would read as a formula gets an apostrophe in front."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return clock.in_london(cell).isoformat(timespec="seconds")
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if cell.startswith(("\t", "\r")) or cell.lstrip().startswith(tuple(STARTERS)) else cell


def _text(head: list[list[str]], rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow([harmless(cell) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
