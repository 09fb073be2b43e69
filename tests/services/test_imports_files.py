"""Files are read as tables whatever wrote them; what is no table is refused in a sentence, and never run."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest

from fundapp.services.imports import Table, Unreadable, open_bids, open_scores
from fundapp.services.imports.tables import Spoilt
from tests.factories import imports as made

HEADER = "bid_ref,title\r\n"
TYPES = "[Content_Types].xml"


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def cells(table: Table) -> list[tuple[int, list[object]]]:
    return [(row.number, list(row.cells)) for row in table.rows]


def simple_book(path: Path) -> Path:
    return made.workbook(path, bids=[["bid_ref", "title"], ["A", "Docks"]])


def repacked(path: Path, change: Callable[[str, bytes], bytes | None], **extra: bytes) -> Path:
    """The same workbook with members changed, left out or added."""
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in (members | extra).items():
            kept = change(name, content)
            if kept is not None:
                target.writestr(name, kept)
    return path


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ((HEADER + "A,Café\r\n").encode(), False),
        ((HEADER + "A,Café\r\n").encode("utf-8-sig"), False),
        ((HEADER + "A,Café\n").encode("cp1252"), True),
    ],
    ids=["utf-8", "byte order mark", "windows-1252"],
)
def test_text_is_read_in_the_encodings_spreadsheets_write(tmp_path: Path, content: bytes, note: bool) -> None:
    table = open_bids(written(tmp_path / "bids.csv", content)).bids
    assert list(table.headers) == ["bid_ref", "title"]
    assert cells(table) == [(2, ["A", "Café"])]
    assert ["not UTF-8" in each for each in table.notes] == [True] * note


def test_rows_keep_the_numbers_a_spreadsheet_shows(tmp_path: Path) -> None:
    text = HEADER + 'A,"Two\r\nlines, one cell"\r\n\r\nB,Docks\r\n'
    table = open_bids(written(tmp_path / "bids.csv", text.encode())).bids
    assert cells(table) == [(2, ["A", "Two\r\nlines, one cell"]), (4, ["B", "Docks"])]


def test_a_cell_of_ten_megabytes_is_read_and_left_to_be_told(tmp_path: Path) -> None:
    text = HEADER + f'A,"{"x" * 10_000_000}"\r\n'
    (row,) = open_bids(written(tmp_path / "bids.csv", text.encode())).bids.rows
    assert len(str(row.cells[1])) == 10_000_000


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "It is empty."),
        (b" \r\n \r\n", "It is empty."),
        (b"MZ\x90\x00\x03" + bytes(500), "It is a program, not a table."),
        (b"\x7fELF\x02\x01\x01" + bytes(500), "It is a program, not a table."),
        (b"%PDF-1.7 ...", "It is a PDF. Save the table as CSV or .xlsx."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
            "It is an old Excel file (.xls) or has a password. Save it as .xlsx without one.",
        ),
        (b"<html><table>", "It is a web page or XML. Save the table as CSV or .xlsx."),
        (b'{"bids": []}', "It is JSON. Save the table as CSV or .xlsx."),
        (bytes(range(256)) + bytes(500), "It is no text and no workbook. Save the table as CSV or .xlsx."),
        (
            HEADER.encode("utf-16"),
            "It is UTF-16 text. Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx.",
        ),
        (
            b"bid_ref,title\nA,\x81\xff\n",
            (
                "It is neither UTF-8 nor Windows-1252 text."
                " Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx."
            ),
        ),
        (
            b"bid_ref;title;summary\nA;Docks;Words\n",
            (
                "Its columns are separated by semicolons, not by commas."
                " Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx."
            ),
        ),
        (
            b"bid_ref\ttitle\nA\tDocks\n",
            (
                "Its columns are separated by tabs, not by commas."
                " Save it as “CSV UTF-8 (comma delimited)”, or as .xlsx."
            ),
        ),
        (b",,\nbid_ref,title\n", "Its first row is empty. Row 1 holds the names of the columns."),
        (b'bid_ref,title\nA,Docks\nB,"Open\n', "A quotation mark that opens in row 3 is never closed."),
        (
            b'bid_ref,title\nA,"Docks" and more\n',
            "Row 2 cannot be read: inside a text in quotation marks, write each of them twice.",
        ),
        (b"PK\x03\x04 but no archive", "It is a damaged workbook. Save it anew."),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_bids(written(tmp_path / "renamed.csv", content))
    assert str(refused.value) == why


def test_what_is_called_a_workbook_and_is_none_is_told_so(tmp_path: Path) -> None:
    noise = Random(7).randbytes(5_000)
    with pytest.raises(Unreadable, match=r"It is no workbook, though its name says so\."):
        open_bids(written(tmp_path / "bids.XLSX", noise))
    text = open_bids(written(tmp_path / "bids.xlsx", (HEADER + "A,Café\n").encode())).bids
    assert cells(text) == [(2, ["A", "Café"])]


def test_a_folder_and_a_file_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="It cannot be opened: Is a directory"):
        open_bids(tmp_path)
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(Unreadable, match="It has 100 MB; 100 MB are allowed"):
        open_bids(large)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    text = HEADER + "A,Docks\n" * 20_001
    with pytest.raises(Unreadable, match="It has more than 20,000 rows"):
        open_bids(written(tmp_path / "bids.csv", text.encode()))


def test_a_workbook_is_read_as_people_see_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("Bids", 0)
    book.remove(book["Sheet"])
    page.append(["bid_ref", "company_number", "total_cost", "rd_share", "submitted_at", "starts_on"])
    page.append(["A", 123456, 100000.5, 0.8, datetime.fromisoformat("2026-11-02T09:30"), date(2027, 4, 1)])
    page["D2"].number_format = "0%"
    page.append([])
    page.append(["B", None, 0.1 + 0.2, 12.5, True])
    book.create_sheet("Notes").append(["anything"])
    book.create_sheet("SCORES").append(["bid_ref", "assessor_email"])
    book["SCORES"].append(["A", "a@readers.example"])
    book.save(tmp_path / "book.xlsx")
    found = open_bids(tmp_path / "book.xlsx")
    assert cells(found.bids) == [
        (2, ["A", "123456", "100000.5", "80%", "2026-11-02 09:30:00", "2027-04-01"]),
        (4, ["B", "", "0.3", "12.5", "True", ""]),
    ]
    assert found.bids.notes == ("These sheets were not read: Notes.",)
    assert found.scores is not None
    assert cells(found.scores) == [(2, ["A", "a@readers.example"])]
    assert cells(open_scores(tmp_path / "book.xlsx")) == [(2, ["A", "a@readers.example"])]


def test_formulas_and_errors_are_told_and_never_worked_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("bids")
    page.append(["bid_ref", "title", "summary"])
    page.append(["A", '=HYPERLINK("http://bad.example")', "#REF!"])
    book.save(tmp_path / "book.xlsx")
    assert cells(open_bids(tmp_path / "book.xlsx").bids) == [
        (2, ["A", Spoilt("This cell holds a formula"), Spoilt("This cell holds an error, #REF!")])
    ]


def test_macros_are_refused_whatever_the_file_is_called(tmp_path: Path) -> None:
    path = repacked(simple_book(tmp_path / "book.xlsx"), lambda _, kept: kept, **{"xl/vbaProject.bin": b"x"})
    with pytest.raises(Unreadable, match="It holds macros"):
        open_bids(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = repacked(
        simple_book(tmp_path / "book.xlsx"),
        lambda _, kept: kept,
        **{"xl/media/image1.png": bytes(60_000_000)},
    )
    assert path.stat().st_size < 100_000
    with pytest.raises(Unreadable, match=r"It would unpack to [0-9,]+ times its size"):
        open_bids(path)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = (
        b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">'
        b'<!ENTITY c SYSTEM "file:///etc/passwd">]>'
    )

    def spoil(name: str, kept: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return kept
        return bomb + kept.replace(b"Docks", b"&b;&c;")

    path = repacked(simple_book(tmp_path / "book.xlsx"), spoil)
    with pytest.raises(Unreadable, match="It is a damaged workbook"):
        open_bids(path)


@pytest.mark.parametrize("lost", ["xl/worksheets/sheet1.xml", TYPES, "xl/workbook.xml"])
def test_a_workbook_without_a_part_is_refused(tmp_path: Path, lost: str) -> None:
    path = repacked(simple_book(tmp_path / "book.xlsx"), lambda name, kept: None if name == lost else kept)
    with pytest.raises(Unreadable):
        open_bids(path)


@pytest.mark.parametrize("cut", [40, 400, 1_200, 2_000])
def test_a_workbook_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    path = simple_book(tmp_path / "book.xlsx")
    with pytest.raises(Unreadable, match="damaged"):
        open_bids(written(path, path.read_bytes()[:cut]))


def test_a_document_of_another_program_is_refused(tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(TYPES, "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(Unreadable, match=r"It is an archive, but no \.xlsx workbook"):
        open_bids(written(tmp_path / "book.xlsx", packed.getvalue()))


def test_an_archive_of_many_members_is_refused(tmp_path: Path) -> None:
    many = {f"xl/media/{number}": b"" for number in range(500)}
    path = repacked(simple_book(tmp_path / "book.xlsx"), lambda _, kept: kept, **many)
    with pytest.raises(Unreadable, match="packed like no workbook"):
        open_bids(path)


def test_a_cell_far_to_the_right_or_far_below_does_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("bids")
    page.append(["bid_ref", "title"])
    page.cell(row=900_000, column=1, value="Z")
    book.save(tmp_path / "far.xlsx")
    assert cells(open_bids(tmp_path / "far.xlsx").bids) == [(900_000, ["Z", ""])]
    page.cell(row=2, column=5_000, value="Z")
    book.save(tmp_path / "wide.xlsx")
    with pytest.raises(Unreadable, match="has cells beyond column 200"):
        open_bids(tmp_path / "wide.xlsx")
