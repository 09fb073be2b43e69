"""Reads letters back as text. `python -m tests.letters.reading` writes the golden texts anew."""

import io
from collections.abc import Mapping
from pathlib import Path

from pypdf import PdfReader

from fundapp.letters.catalog import CATALOGUE, LetterKind
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.contents import Contents
from fundapp.letters.facts import freeze
from fundapp.letters.press import Printed
from fundapp.letters.render import RenderedLetter, render
from tests.factories import letters as sample

GOLDEN = Path(__file__).parent / "golden"


def kind_of(contents: Contents) -> LetterKind:
    """The kind that says this."""
    return next(kind for kind in CATALOGUE.values() if kind.contents is type(contents))


def printed(contents: Contents) -> RenderedLetter:
    """These contents as a letter."""
    with ConfinedPress() as press:
        return render(kind_of(contents), freeze(contents), press)


def print_apart(html: str, images: Mapping[str, bytes]) -> Printed:
    """This HTML, printed by a press of its own."""
    with ConfinedPress() as press:
        return press.print(html, images)


def read_back(pdf: bytes) -> str:
    """All the text of a letter, a line a line, pages parted by a rule."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "\n----\n".join("\n".join(line.rstrip() for line in page.splitlines()) for page in pages) + "\n"


def running_text(pdf: bytes) -> str:
    """All the text of a letter with single spaces, for finding sentences in."""
    return " ".join(read_back(pdf).split())


def main() -> None:
    """Write the golden text of every kind."""
    for contents in sample.every_kind(sample.PLAIN):
        text = read_back(printed(contents).pdf)
        (GOLDEN / f"{kind_of(contents).key}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
