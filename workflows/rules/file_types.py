"""The types of file a bid may carry: their names, their endings, and the limits a question sets for them."""

from collections.abc import Collection
from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file: its name in words, the endings of its files' names, its media type."""

    key: str
    name: str
    endings: tuple[str, ...]
    media: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
FILE_TYPES = {
    each.key: each
    for each in (
        FileType("pdf", "PDF", (".pdf",), "application/pdf"),
        FileType("docx", "Word document", (".docx",), f"{_OFFICE}.wordprocessingml.document"),
        FileType("xlsx", "Excel workbook", (".xlsx",), f"{_OFFICE}.spreadsheetml.sheet"),
        FileType("png", "PNG picture", (".png",), "image/png"),
        FileType("jpeg", "JPEG picture", (".jpg", ".jpeg"), "image/jpeg"),
        FileType("csv", "CSV table", (".csv",), "text/csv"),
    )
}


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What a question takes: types by key, the most bytes and pages of one file, the most files."""

    types: tuple[str, ...]
    most_bytes: int
    most_pages: int
    most_files: int


def terms_in_words(terms: FileTerms) -> str:
    """The whole limit in a sentence, as the form says it before anybody chooses a file."""
    many = "One file" if terms.most_files == 1 else f"Up to {terms.most_files} files"
    each = f"{size_in_words(terms.most_bytes)} and {pages_in_words(terms.most_pages)} at most"
    return f"{many}, {each}{'' if terms.most_files == 1 else ' each'}: {types_in_words(terms.types)}"


def types_in_words(types: Collection[str]) -> str:
    """The names of some types: PDF, Word document or CSV table."""
    names = [FILE_TYPES[key].name for key in types]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def size_in_words(size: int) -> str:
    """A number of bytes as people read it: 900 bytes, 120 KB, 4.2 MB; in steps of a thousand."""
    if size < 1_000:
        return "1 byte" if size == 1 else f"{size} bytes"
    if size < 999_500:
        return f"{size / 1_000:.0f} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".0 MB", " MB")


def pages_in_words(pages: int) -> str:
    """1 page, 20 pages."""
    return "1 page" if pages == 1 else f"{pages:,} pages"
