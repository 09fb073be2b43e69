"""The child process that reads one PDF from its input and writes a word: its pages, `locked` or `acts`."""

import io
import resource
import sys
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject

CPU_SECONDS = 5
MEMORY_BYTES = 500_000_000
ACTING = {"/JavaScript", "/Launch"}


def main() -> None:
    """Limit this process, then read."""
    _confine()
    sys.stdout.write(_word_for(PdfReader(io.BytesIO(sys.stdin.buffer.read()))))


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _word_for(reader: PdfReader) -> str:
    if reader.is_encrypted:
        return "locked"
    if _acts(reader.root_object):
        return "acts"
    return str(len(reader.pages))


def _acts(root: DictionaryObject) -> bool:
    """Whether the document runs something by itself: a script of its own, or an action on opening."""
    names = _inside(root, "/Names")
    opening = _inside(root, "/OpenAction")
    return "/AA" in root or "/JavaScript" in names or opening.get("/S") in ACTING


def _inside(parent: DictionaryObject, key: str) -> dict[Any, Any]:
    found = parent.get(key)
    held = found.get_object() if found is not None else None
    return held if isinstance(held, DictionaryObject) else {}


if __name__ == "__main__":
    main()
