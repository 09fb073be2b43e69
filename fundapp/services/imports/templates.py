"""Files to start from: an empty one and a filled example of a round, each as CSV and as a workbook."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from fundapp import clock
from fundapp.models.funds import Round
from fundapp.queries import assessments
from fundapp.services import scores
from fundapp.services.imports import bid_columns, score_rows
from fundapp.services.imports.columns import Column
from fundapp.services.imports.tables import BIDS, SCORES
from fundapp.services.imports.xlsx_files import EXPLAINING

Lines = Sequence[Sequence[str]]
SECOND = {
    "bid_ref": "A-002",
    "organisation": "Brine & Bell",
    "company_number": "",
    "contact_name": "Dele Aspinall",
    "contact_email": "dele@brineandbell.example",
    "title": "Bells that count ships",
    "summary": "Sound instead of radar, for harbours that cannot pay for radar.",
}
WIDTH = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file to start from."""

    name: str
    lines: Lines


def files_of(call: Round) -> dict[str, bytes]:
    """The files by name: empty and example, the two tables as CSV and together as a workbook.

    The workbook of the example holds marks only where they can be taken with the bids.
    """
    empty, example = _sheets(call, filled=False), _sheets(call, filled=True)
    about = Sheet(EXPLAINING, _about(call))
    together = example if _takes_marks(call) else [example[0], empty[1]]
    found = {f"{call.ref}-empty.xlsx": _workbook([*empty, about])}
    found[f"{call.ref}-example.xlsx"] = _workbook([*together, about])
    for ending, sheets in (("empty", empty), ("example", example)):
        for sheet in sheets:
            found[f"{call.ref}-{sheet.name}-{ending}.csv"] = _text(sheet.lines)
    return found


def _sheets(call: Round, *, filled: bool) -> list[Sheet]:
    bids = bid_columns.columns_of(call.rules)
    marks = score_rows.columns_of(scores.scored_criteria(call))
    bid_lines, mark_lines = (_bids(call, bids), _marks(call)) if filled else ([], [])
    return [Sheet(BIDS, [_names(bids), *bid_lines]), Sheet(SCORES, [_names(marks), *mark_lines])]


def _names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]


def _bids(call: Round, columns: Sequence[Column]) -> Lines:
    when = _sent_in(call)
    known = [replace(column, example=when) if column.name == "submitted_at" else column for column in columns]
    first = [column.example for column in known]
    return [first, [SECOND.get(column.name, column.example) for column in known]]


def _marks(call: Round) -> Lines:
    people = [person.email for person in assessments.assessors()] or ["reader@readers.example"]
    needed = scores.assessment_terms(call).assessors_per_bid
    return [
        ["A-001", email, criterion.key, str(max(1, criterion.max_score - 1)), "Shown by the tests in part 2."]
        for email in people[:needed]
        for criterion in call.criteria
    ]


def _takes_marks(call: Round) -> bool:
    return _is_over(call) and bool(assessments.assessors())


def _sent_in(call: Round) -> str:
    """Empty, which means now, until the round has closed; then an instant at which it was open."""
    if not _is_over(call) or call.opens_at is None or call.closes_at is None:
        return ""
    before = min(timedelta(hours=1), (call.closes_at - call.opens_at) / 2)
    return _written(call.closes_at - before)


def _is_over(call: Round) -> bool:
    return call.closes_at is not None and clock.now() >= call.closes_at


def _written(instant: datetime) -> str:
    return f"{clock.in_london(instant):%Y-%m-%d %H:%M}"


def _about(call: Round) -> Lines:
    return [["sheet", "column", "needed", "what it holds"], *_explained(call)]


def _explained(call: Round) -> Iterator[list[str]]:
    for sheet, columns in (
        (BIDS, bid_columns.columns_of(call.rules)),
        (SCORES, score_rows.columns_of(scores.scored_criteria(call))),
    ):
        for column in columns:
            yield [sheet, column.name, "yes" if column.needed else "", column.about]


def _text(lines: Lines) -> bytes:
    """Comma-separated text that spreadsheets open with every accent in place."""
    written = io.StringIO(newline="")
    csv.writer(written).writerows(lines)
    return written.getvalue().encode("utf-8-sig")


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet.lines)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(page: Any, lines: Lines) -> None:
    page.freeze_panes = "A2"
    for number in range(len(lines[0])):
        page.column_dimensions[get_column_letter(number + 1)].width = WIDTH
    for line in lines:
        page.append(line)
