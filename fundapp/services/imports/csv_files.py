"""Reads tables of comma-separated text, and says plainly how, or why it cannot be read."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fundapp.services.imports.tables import HEADER, Row, Table, Unreadable

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
ENCODING_NOTE = (
    "The file is not UTF-8, so it was read as Windows-1252, which Excel on Windows writes."
    " Check names with accents."
)
SAVE_AS = "Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx."
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright lines"}


def read_csv(name: str, content: bytes, most_rows: int) -> Table:
    """The table in a file of comma-separated text."""
    text, notes = _decoded(content)
    with _cells_of_any_length(len(text)):
        records = _records(text)
        headers = next(records, [])
        _insist_on_commas(headers)
        rows: list[Row] = []
        for number, cells in enumerate(records, start=HEADER + 1):
            if not any(cells):
                continue
            if len(rows) == most_rows:
                raise Unreadable(f"It has more than {most_rows:,} rows. Split it into several files.")
            rows.append(Row(number, cells))
    return Table(name, headers, rows, notes)


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    if content.startswith(UTF_16):
        raise Unreadable(f"It is UTF-16 text. {SAVE_AS}")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), (ENCODING_NOTE,)
    except UnicodeDecodeError:
        raise Unreadable(f"It is neither UTF-8 nor Windows-1252 text. {SAVE_AS}") from None


def _records(text: str) -> Iterator[list[str]]:
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    try:
        for cells in records:
            row += 1
            yield cells
    except csv.Error as problem:
        raise Unreadable(_broken(row + 1, str(problem))) from None


def _broken(row: int, problem: str) -> str:
    if "end of data" in problem:
        return f"A quotation mark that opens in row {row} is never closed."
    return f"Row {row} cannot be read: inside a text in quotation marks, write each of them twice."


def _insist_on_commas(headers: Sequence[str]) -> None:
    if not any(header.strip() for header in headers):
        raise Unreadable("Its first row is empty. Row 1 holds the names of the columns.")
    if len(headers) > 1:
        return
    for sign, words in SEPARATORS.items():
        if sign in headers[0]:
            raise Unreadable(f"Its columns are separated by {words}, not by commas. {SAVE_AS}")


@contextmanager
def _cells_of_any_length(most: int) -> Iterator[None]:
    """Let a cell be as long as the file, so that one too long is told by its place and not by a failure."""
    before = csv.field_size_limit(max(most, 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)
