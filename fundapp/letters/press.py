"""Prints a letter's HTML to PDF in a child process that can reach nothing and may not grow or run on.

The child is forked from a process that has already loaded the renderer and the typefaces, so a letter
costs one fork, not one interpreter. Whatever goes wrong comes back as a typed failure.
"""

import ctypes
import gc
import io
import logging
import os
import resource
import select
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from fundapp.letters.fetcher import OwnThingsOnly, font_files, font_rules

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

CPU_SECONDS = 20
WALL_SECONDS = 24
# Beyond what the child inherits: a parent with many threads has reserved gigabytes it never uses.
MEMORY_BYTES = 1_000_000_000
HTML_CHARACTERS = 600_000
PAGES = 40
PDF_BYTES = 16_000_000
_DIE_WITH_PARENT = 1
_TOO_MANY_PAGES = f"the letter has more than {PAGES} pages"
_PROGRESS = logging.getLogger("weasyprint.progress")
_VARIANT = {"pdf_variant": "pdf/ua-1"}


class RenderFailure(RuntimeError):
    """A letter could not be printed; nothing was kept."""


class RenderTimeout(RenderFailure):
    """Printing took longer than a letter may."""


class RenderTooLarge(RenderFailure):
    """The letter needs more memory, pages or text than a letter may have."""


class RenderRefused(RenderFailure):
    """The letter asks for something no letter may have, or cannot be laid out."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed letter."""

    pdf: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Plates:
    """What every letter is printed with: the style sheet, bound to its typefaces, and a digest of both."""

    style: weasyprint.CSS
    fonts: FontConfiguration
    digest: str


@cache
def plates() -> Plates:
    """Load the style sheet and typefaces, once a process; forked children inherit them."""
    fonts = FontConfiguration()
    files = font_files()
    text = font_rules() + (TEMPLATES / "letters" / "letter.css").read_text(encoding="utf-8")
    style = weasyprint.CSS(string=text, font_config=fonts, url_fetcher=OwnThingsOnly(files))
    digest = sha256(weasyprint.__version__.encode() + text.encode() + b"".join(files.values())).hexdigest()
    return Plates(style, fonts, digest)


def print_here(html: str, images: Mapping[str, bytes]) -> Printed:
    """Print in this process, with no limit but the page count and the fetcher's."""
    fetcher = OwnThingsOnly(images)
    ready = plates()
    try:
        document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
            font_config=ready.fonts, stylesheets=[ready.style], **_VARIANT
        )
        if len(document.pages) > PAGES:
            raise RenderTooLarge(_TOO_MANY_PAGES)
        pdf = document.write_pdf(**_VARIANT)
    except FatalURLFetchingError as error:
        raise _foreign(fetcher) from error
    if fetcher.denied:
        raise _foreign(fetcher)
    return Printed(pdf, len(document.pages))


def print_apart(html: str, images: Mapping[str, bytes]) -> Printed:
    """Print in a limited child process and bring the bytes back."""
    if len(html) > HTML_CHARACTERS:
        raise RenderTooLarge(f"the letter has {len(html):,} characters, of {HTML_CHARACTERS:,} allowed")
    plates()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(writing, html, images)
    os.close(writing)
    try:
        answer = _read_all(reading)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    return _understood(answer, status)


def _foreign(fetcher: OwnThingsOnly) -> RenderRefused:
    return RenderRefused(f"the letter asked for {len(fetcher.denied)} foreign things: {fetcher.denied[:3]}")


def _be_the_child(writing: int, html: str, images: Mapping[str, bytes]) -> NoReturn:
    code = 1
    try:
        _confine(writing)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(_answer(html, images))
        code = 0
    finally:
        os._exit(code)


def _confine(writing: int) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    for number in (signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(3, writing)
    os.closerange(writing + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    most = _inherited_bytes() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _PROGRESS.addFilter(_stop_past_the_last_page)
    _PROGRESS.setLevel(logging.INFO)
    gc.disable()  # It ends after one letter; what it may grow to is limited.


def _inherited_bytes() -> int:
    """The address space this process has now; the first figure of Linux's `statm` counts it in pages."""
    pages, _, _ = Path("/proc/self/statm").read_text(encoding="ascii").partition(" ")
    return int(pages) * resource.getpagesize()


def _stop_past_the_last_page(record: logging.LogRecord) -> bool:
    """The renderer tells its log as each page begins: the earliest moment to see that there are too many."""
    page = record.args[0] if isinstance(record.args, tuple) and record.args else 0
    if isinstance(page, int) and page > PAGES:
        raise RenderTooLarge(_TOO_MANY_PAGES)
    return False


def _answer(html: str, images: Mapping[str, bytes]) -> bytes:
    try:
        printed = print_here(html, images)
    except RenderFailure as failure:
        return f"{type(failure).__name__}\n{failure}".encode()
    except MemoryError:
        return b"RenderTooLarge\nthe letter needs more memory than a letter may have"
    except RecursionError:
        return b"RenderTooLarge\nthe letter is nested too deeply"
    except Exception as error:  # noqa: BLE001 whatever it was, the parent is told
        return f"RenderRefused\n{type(error).__name__}: {error}"[:2000].encode(errors="replace")
    return f"Printed\n{printed.pages}\n".encode() + printed.pdf


def _read_all(reading: int) -> bytes:
    deadline = time.monotonic() + WALL_SECONDS
    received = io.BytesIO()
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([reading], [], [], left)
        block = os.read(reading, 1 << 20) if ready else b""
        if ready and not block:
            return received.getvalue()
        received.write(block)
        if received.tell() > PDF_BYTES:
            raise RenderTooLarge(f"the printed letter has more than {PDF_BYTES:,} bytes")
    raise RenderTimeout(f"printing took longer than {WALL_SECONDS} seconds")


def _understood(answer: bytes, status: int) -> Printed:
    if os.WIFSIGNALED(status):
        _explain_death(os.WTERMSIG(status))
    name, _, rest = answer.partition(b"\n")
    if name == b"Printed":
        pages, _, pdf = rest.partition(b"\n")
        return Printed(pdf, int(pages))
    failure = _FAILURES.get(name.decode(), RenderRefused)
    raise failure(rest.decode(errors="replace") or "the printing process gave no answer")


def _explain_death(number: int) -> NoReturn:
    if number in (signal.SIGXCPU, signal.SIGKILL):
        raise RenderTimeout(f"printing was stopped after {CPU_SECONDS} seconds of work")
    raise RenderTooLarge(f"the printing process broke down ({signal.Signals(number).name})")


_FAILURES = {failure.__name__: failure for failure in (RenderTimeout, RenderTooLarge, RenderRefused)}
