"""A file is what its content is, not what its name says; whatever is hostile about it gets one sentence."""

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundapp.services.uploads import packages, pdfs
from fundapp.services.uploads.examining import examine
from fundapp.services.uploads.names import LONGEST, kept_name
from fundapp.services.uploads.refusals import RefusedFile
from tests.factories import files
from workflows.rules.file_types import FILE_TYPES

HONEST = [
    ("plan.pdf", files.pdf(3), "pdf", 3),
    ("PLAN.PDF", files.pdf(20), "pdf", 20),
    ("plan.docx", files.docx(), "docx", None),
    ("costs.xlsx", files.xlsx(), "xlsx", None),
    ("rig.png", files.picture(), "png", None),
    ("rig.jpeg", files.picture("JPEG"), "jpeg", None),
    ("tides.csv", files.CSV, "csv", None),
    ("old.csv", "Menge;Größe\n1;2\n".encode("cp1252"), "csv", None),
    ("sheet.csv", "a\tb\nç\td\n".encode("utf-16"), "csv", None),
]
DAMAGED_PDF = "is a damaged PDF. Print it to PDF anew and choose that file."
ACTING_PDF = "runs a program when it is opened. Print it to PDF anew and choose that file."
HOSTILE = [
    ("plan.pdf", b"", "is empty. Save it anew and choose it again."),
    ("plan.pdf", files.pdf() + bytes(1_000_000), "is larger than the 1 MB we take. Choose a smaller one."),
    ("plan.pdf", files.pdf(21), "has 21 pages; 20 pages are allowed. Choose a shorter one."),
    ("plan.pdf", files.pdf(200), "has 200 pages; 20 pages are allowed. Choose a shorter one."),
    ("plan.pdf", files.PROGRAM, "is a program. We do not take these."),
    ("plan.csv", files.PROGRAM, "is a program. We do not take these."),
    ("plan.csv", b"\n <script>alert(1)</script>", "is a web page or XML. We do not take these."),
    ("rig.png", b"<svg onload='x()'/>", "is a web page or XML. We do not take these."),
    ("run.csv", b"#!/bin/sh\nreboot\n", "is a program. We do not take these."),
    ("run.js", b"alert(1)\n", "is plain text. Write it in the answer’s box, or add it as a PDF."),
    ("data.csv", b"a,b\n\x00,1\n", "is of no type we know."),
    ("data.csv", b"\xff\xfea\x00,", "is of no type we know."),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1",
     "is an old Office file, or one with a password. We do not take these."),
    ("plan.pdf", b"%PDF-1.7 and nothing else", DAMAGED_PDF),
    ("plan.pdf", files.pdf()[:200], DAMAGED_PDF),
    ("plan.pdf", files.pdf(password="x"), "has a password. Save it without one."),
    ("plan.pdf", files.pdf(script=True), ACTING_PDF),
    ("plan.pdf", files.pdf_that_launches(), ACTING_PDF),
    ("plan.docx", files.zip_bomb(),
     "would unpack to 50 MB, so it is not taken. Save it anew and choose it again."),
    ("plan.docx", files.docx(**{"word/vbaProject.bin": b"x"}), "holds macros. Save it without them."),
    ("plan.docx", files.locked_docx(), "has a password. Save it without one."),
    ("plan.docx", files.packed({"evil.exe": files.PROGRAM}),
     "is an archive. Take the files out of it and add each one."),
    ("plan.docx", files.packed(files.DOCX_PARTS | files.XLSX_PARTS),
     "is an archive. Take the files out of it and add each one."),
    ("plan.docx", b"PK\x03\x04" + bytes(100), "is damaged. Save it anew and choose it again."),
    ("rig.png", files.picture()[:40], "is a damaged picture. Save it anew and choose it again."),
    ("rig.jpg", b"\xff\xd8\xff" + bytes(50), "is a damaged picture. Save it anew and choose it again."),
    ("rig.png", files.huge_picture(), "is too large a picture to show. Make it smaller."),
]  # fmt: skip


def taken_or_refused(name: str, content: bytes) -> str:
    """The type a file is taken as, or the sentence it is refused with."""
    try:
        return examine(name, content, files.TERMS).type
    except RefusedFile as refused:
        return str(refused)


@pytest.mark.parametrize(("name", "content", "kind", "pages"), HONEST)
def test_an_honest_file_is_what_it_is(name: str, content: bytes, kind: str, pages: int | None) -> None:
    found = examine(name, content, files.TERMS)
    assert (found.name, found.type, found.pages, found.content) == (name, kind, pages, content)


@pytest.mark.parametrize(("name", "content", "why"), HOSTILE)
def test_a_hostile_file_gets_one_sentence(name: str, content: bytes, why: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        examine(name, content, files.TERMS)
    assert str(refused.value) == f"“{name}” {why}"


def test_a_question_takes_its_own_types_only() -> None:
    with pytest.raises(RefusedFile) as refused:
        examine("rig.png", files.picture(), replace(files.TERMS, types=("pdf", "docx")))
    assert str(refused.value) == "“rig.png” is a PNG picture. Choose a PDF or Word document."


def test_a_picture_larger_than_a_screen_wall_is_refused() -> None:
    with pytest.raises(RefusedFile, match="is a picture of 9,000 by 9,000 dots, too large to show"):
        examine("wall.png", files.picture(size=(9_000, 9_000)), files.TERMS)


def test_a_package_of_too_many_parts_is_refused() -> None:
    many = {f"word/media/{number}.txt": b"" for number in range(packages.MOST_MEMBERS)}
    with pytest.raises(RefusedFile, match="is packed as no Office program does it"):
        examine("plan.docx", files.docx(**many), files.TERMS)


def test_a_pdf_that_would_fill_the_memory_ends_its_own_process_only() -> None:
    bomb = files.pdf_bomb()
    began = time.monotonic()
    with pytest.raises(RefusedFile, match=r"“plan\.pdf” (is a damaged PDF|takes too)"):
        examine("plan.pdf", bomb, replace(files.TERMS, most_bytes=10_000_000))
    assert time.monotonic() - began < pdfs.WALL_SECONDS


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "WALL_SECONDS", 0.01)
    with pytest.raises(RefusedFile, match="takes too long to read"):
        examine("plan.pdf", files.pdf(), files.TERMS)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("report.exe", "report.exe.pdf"),
        ("C:\\fakepath\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("gpj\u202efdp.pdf", "gpjfdp.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie b.pdf"),
        ("  plan   two .PDF", "plan two .PDF"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("é" * 300 + ".pdf", "é" * (LONGEST - 4) + ".pdf"),
        ("план.pdf", "план.pdf"),
    ],
)
def test_a_name_is_one_any_machine_can_show(given_name: str, kept: str) -> None:
    assert kept_name(given_name, FILE_TYPES["pdf"]) == kept


@given(st.text(max_size=200))
def test_no_name_climbs_or_hides(given_name: str) -> None:
    name = kept_name(given_name, FILE_TYPES["pdf"])
    assert name.isprintable()
    assert not set(name) & set('/\\<>:"|?*')
    assert not name.startswith((".", "~"))
    assert len(name) <= LONGEST + 4


# A PDF is read in a process of its own each time, so whatever begins like one has a test by hand: one that
# comes by chance may take its time.
@settings(max_examples=300, deadline=5_000)
@given(
    st.sampled_from([b"", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xff\xfe", b"a,b\n"]),
    st.binary(max_size=300),
    st.sampled_from(["plan.pdf", "plan.docx", "x.csv", "", "\x00", "a/b"]),
)
def test_any_bytes_are_taken_or_refused_in_a_sentence(start: bytes, rest: bytes, name: str) -> None:
    said = taken_or_refused(name, start + rest)
    assert said in FILE_TYPES or (said.startswith("“") and said.endswith("."))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_an_honest_file_spoilt_anywhere_is_taken_or_refused_in_a_sentence(data: st.DataObject) -> None:
    name, content, _, _ = data.draw(st.sampled_from([each for each in HONEST if each[2] != "pdf"]))
    spoilt = bytearray(content)
    for _ in range(data.draw(st.integers(1, 5))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    if spoilt.startswith(b"%PDF-"):
        return
    said = taken_or_refused(name, bytes(spoilt))
    assert said in FILE_TYPES or said.startswith(f"“{name}” ")
