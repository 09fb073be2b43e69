"""Prints letters in a child process that can reach nothing and may not grow or run on.

The child is forked from a process that has already loaded the renderer and the typefaces, and prints the
letters of one job after another: what the first letter makes it copy of its parent's memory and read of
its typefaces is then done for all. Whatever goes wrong comes back as a typed failure and ends the child.
"""

import ctypes
import gc
import logging
import math
import os
import resource
import signal
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from fundapp.letters.press import (
    PAGES,
    TOO_MANY_PAGES,
    Printed,
    RenderFailure,
    RenderRefused,
    RenderTimeout,
    RenderTooLarge,
    plates,
    print_here,
)

CPU_SECONDS = 20
WALL_SECONDS = 24
# Beyond what the child inherits: a parent with many threads has reserved gigabytes it never uses.
MEMORY_BYTES = 1_000_000_000
HTML_CHARACTERS = 600_000
PDF_BYTES = 16_000_000
_DIE_WITH_PARENT = 1
_PROGRESS = logging.getLogger("weasyprint.progress")
_FAILURES = {failure.__name__: failure for failure in (RenderTimeout, RenderTooLarge, RenderRefused)}


class ConfinedPress:
    """A limited child process that prints letters; it begins with the first and ends with the block.

    Processor time and wall clock are limited for each letter, memory for the child's life. After a
    failure the next letter gets a new child.
    """

    def __init__(self) -> None:
        self._child: tuple[int, Connection] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def print(self, html: str, images: Mapping[str, bytes]) -> Printed:
        """Print one letter. Raises a `RenderFailure`; nothing was kept then."""
        if len(html) > HTML_CHARACTERS:
            raise RenderTooLarge(f"the letter has {len(html):,} characters, of {HTML_CHARACTERS:,} allowed")
        if self._child is None:
            self._child = _fork()
        try:
            answer = _ask(self._child[1], html, images)
        except BaseException:
            self._end()
            raise
        if not answer:
            raise _death(self._end())
        return self._understood(answer)

    def _understood(self, answer: bytes) -> Printed:
        name, _, rest = answer.partition(b"\n")
        if name == b"Printed":
            pages, _, pdf = rest.partition(b"\n")
            return Printed(pdf, int(pages))
        self._end()
        failure = _FAILURES.get(name.decode(), RenderRefused)
        raise failure(rest.decode(errors="replace"))

    def _end(self) -> int:
        """End the child, whatever it is doing; the status it ended with."""
        if self._child is None:
            return 0
        (child, connection), self._child = self._child, None
        connection.close()
        os.kill(child, signal.SIGKILL)
        return os.waitpid(child, 0)[1]


def _fork() -> tuple[int, Connection]:
    plates()
    ours, theirs = Pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(theirs)
    theirs.close()
    return child, ours


def _ask(connection: Connection, html: str, images: Mapping[str, bytes]) -> bytes:
    """The child's answer; empty when it died."""
    try:
        connection.send((html, dict(images)))
        if not connection.poll(WALL_SECONDS):
            raise RenderTimeout(f"printing took longer than {WALL_SECONDS} seconds")
        return connection.recv_bytes()
    except (EOFError, ConnectionError):
        return b""


def _death(status: int) -> RenderFailure:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number in (signal.SIGXCPU, signal.SIGKILL):
        return RenderTimeout(f"printing was stopped after {CPU_SECONDS} seconds of work")
    reason = signal.Signals(number).name if number else f"status {os.WEXITSTATUS(status)}"
    return RenderTooLarge(f"the printing process broke down ({reason})")


def _be_the_child(connection: Connection) -> NoReturn:
    try:
        _confine(connection.fileno())
        while True:
            html, images = connection.recv()
            _allow_seconds()
            connection.send_bytes(_answer(html, images))
    finally:
        os._exit(1)


def _confine(kept: int) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    for number in (signal.SIGTERM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(3, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    most = _inherited_bytes() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _PROGRESS.addFilter(_stop_past_the_last_page)
    _PROGRESS.setLevel(logging.INFO)
    gc.disable()  # It ends after a few letters; what it may grow to is limited.


def _allow_seconds() -> None:
    """Count this letter's processor time from here: the limit holds for all the child has used."""
    seconds = math.ceil(time.process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def _inherited_bytes() -> int:
    """The address space this process has now; the first figure of Linux's `statm` counts it in pages."""
    pages, _, _ = Path("/proc/self/statm").read_text(encoding="ascii").partition(" ")
    return int(pages) * resource.getpagesize()


def _stop_past_the_last_page(record: logging.LogRecord) -> bool:
    """The renderer tells its log as each page begins: the earliest moment to see that there are too many."""
    page = record.args[0] if isinstance(record.args, tuple) and record.args else 0
    if isinstance(page, int) and page > PAGES:
        raise RenderTooLarge(TOO_MANY_PAGES)
    return False


def _answer(html: str, images: Mapping[str, bytes]) -> bytes:
    try:
        printed = print_here(html, images)
        if len(printed.pdf) > PDF_BYTES:
            raise RenderTooLarge(f"the printed letter has more than {PDF_BYTES:,} bytes")
    except RenderFailure as failure:
        return f"{type(failure).__name__}\n{failure}".encode()
    except MemoryError:
        return b"RenderTooLarge\nthe letter needs more memory than a letter may have"
    except RecursionError:
        return b"RenderTooLarge\nthe letter is nested too deeply"
    except Exception as error:  # noqa: BLE001 whatever it was, the parent is told
        return f"RenderRefused\n{type(error).__name__}: {error}"[:2000].encode(errors="replace")
    return f"Printed\n{printed.pages}\n".encode() + printed.pdf
