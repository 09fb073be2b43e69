"""Says what a file is by its content, and refuses what a question does not take."""

import re
from dataclasses import dataclass

from fundapp.services.uploads.names import kept_name, shown_name
from fundapp.services.uploads.packages import packed_type
from fundapp.services.uploads.pdfs import pages_of
from fundapp.services.uploads.pictures import picture_type
from fundapp.services.uploads.refusals import RefusedFile
from workflows.rules.file_types import (
    FILE_TYPES,
    FileTerms,
    pages_in_words,
    size_in_words,
    types_in_words,
)

PDF = b"%PDF-"
PACKED = b"PK\x03\x04"
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
# What people send by mistake, or others on purpose, by how its content begins.
OTHERS = {
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"#!": "a program",
    b"\xd0\xcf\x11\xe0": "an old Office file, or one with a password",
    b"{\\rtf": "an RTF document",
    b"GIF8": "a GIF picture",
    b"<": "a web page or XML",
    b"%!PS": "a PostScript file",
    b"Rar!": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"\x1f\x8b": "an archive",
}
_MARK_OF_ORDER = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may be added: the name and type it would be kept under, its bytes, its pages."""

    name: str
    type: str
    content: bytes
    pages: int | None


def examine(given_name: str, content: bytes, terms: FileTerms) -> Candidate:
    """The file as it may be added; `RefusedFile` says, by the file's name, why it may not.

    Nothing is unpacked or drawn; a PDF is read in a limited process of its own, and only when its size
    is allowed.
    """
    try:
        insist_on_size(len(content), terms)
        kind = _type_of(given_name, content)
        if kind not in terms.types:
            raise RefusedFile(f"is a {FILE_TYPES[kind].name}. Choose a {types_in_words(terms.types)}.")
        pages = pages_of(content) if kind == "pdf" else None
        if pages is not None and pages > terms.most_pages:
            most = pages_in_words(terms.most_pages)
            raise RefusedFile(f"has {pages_in_words(pages)}; {most} are allowed. Choose a shorter one.")
    except RefusedFile as refused:
        raise RefusedFile(f"“{shown_name(given_name)}” {refused}") from None
    return Candidate(kept_name(given_name, FILE_TYPES[kind]), kind, content, pages)


def insist_on_size(size: int, terms: FileTerms) -> None:
    """Raise `RefusedFile` unless a file may have so many bytes."""
    if not size:
        raise RefusedFile("is empty. Save it anew and choose it again.")
    if size > terms.most_bytes:
        most = size_in_words(terms.most_bytes)
        raise RefusedFile(f"is larger than the {most} we take. Choose a smaller one.")


def _type_of(given_name: str, content: bytes) -> str:
    if content.startswith(PDF):
        return "pdf"
    if content.startswith(PACKED):
        return packed_type(content)
    if content.startswith(PICTURES):
        return picture_type(content)
    for beginning, what in OTHERS.items():
        if content.lstrip().startswith(beginning):
            raise RefusedFile(f"is {what}. We do not take these.")
    if not _is_text(content):
        raise RefusedFile("is of no type we know.")
    if not shown_name(given_name).lower().endswith(FILE_TYPES["csv"].endings):
        raise RefusedFile("is plain text. Write it in the answer’s box, or add it as a PDF.")
    return "csv"


def _is_text(content: bytes) -> bool:
    if content.startswith(_MARK_OF_ORDER):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    return _NO_TEXT.search(content) is None
