"""How the files of a bid are listed on a page, and how one is sent to somebody who opens it."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, abort, send_file

from fundapp.models.applications import Submission
from fundapp.models.bid_files import BidFile
from fundapp.queries import bid_files as queries
from fundapp.services import bid_files
from workflows.rules.file_types import FILE_TYPES, pages_in_words, size_in_words
from workflows.rules.scans import OPENED, WHY_NOT, Scan

# Whatever a file turns out to be, a browser only ever saves it.
MEDIA = "application/octet-stream"
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"

Href = Callable[[BidFile], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file in a list: its name, what it is, the way to it, or why there is none yet."""

    id: int
    name: str
    words: str
    href: str
    why_not: str
    is_scanned: bool
    sha256: str


def shown(files: Sequence[BidFile], href: Href) -> list[Shown]:
    """The files of one answer as a page lists them."""
    return [
        Shown(
            id=each.id,
            name=each.name,
            words=in_words(each),
            href=href(each) if each.scan in OPENED else "",
            why_not=WHY_NOT.get(Scan(each.scan), ""),
            is_scanned=each.scan != Scan.NOT_SCANNED,
            sha256=each.sha256,
        )
        for each in files
    ]


def of_version(submission: Submission | None, href: Href) -> Mapping[str, list[Shown]]:
    """The files that a version names by question, as a page lists them."""
    return {key: shown(files, href) for key, files in queries.named_by(submission).items()}


def in_words(file: BidFile) -> str:
    """What a file is, in words: PDF, 120 KB, 4 pages."""
    pages = [pages_in_words(file.pages)] if file.pages else []
    return ", ".join([FILE_TYPES[file.type].name, size_in_words(file.size), *pages])


def send(file: BidFile | None) -> Response:
    """The very bytes that were added, to be saved and never shown; 404 while a file may not be opened."""
    if file is None or file.scan not in OPENED:
        abort(404)
    content = io.BytesIO(bid_files.content_of(file))
    response = send_file(content, MEDIA, as_attachment=True, download_name=file.name, etag=False)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response
