"""Turns frozen facts into a letter: a tagged PDF/UA-1 whose bytes are the same every time."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fundapp.letters import wording
from fundapp.letters.catalog import LetterKind
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.contents import Heading
from fundapp.letters.facts import FrozenFacts, thaw
from fundapp.letters.press import TEMPLATES, plates, print_here

_QR = "letter-image:code.png"
_MARK = "letter-image:mark.svg"
_SHARED = ("base.html", "parts.html", "mark.svg")


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready to print: its HTML, and the pictures that HTML may show, by address."""

    html: str
    images: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """A printed letter with everything its row records."""

    pdf: bytes
    pdf_sha256: str
    pages: int
    template_version: str


def render(kind: LetterKind, facts: FrozenFacts, press: ConfinedPress) -> RenderedLetter:
    """Print a letter from its frozen facts, in the press's limited child process."""
    composed = compose(kind, facts)
    printed = press.print(composed.html, composed.images)
    return RenderedLetter(printed.pdf, sha256(printed.pdf).hexdigest(), printed.pages, template_version(kind))


def compose(kind: LetterKind, facts: FrozenFacts) -> Composed:
    """Fill the kind's template; a field that is missing, unknown or of the wrong type is refused."""
    letter = thaw(kind, facts)
    template = templates().get_template(kind.template)
    html = template.render(
        letter=letter,
        heading=letter.heading,
        kind=kind,
        title=kind.title(letter),
        facts_sha256=facts.sha256,
    )
    return Composed(html, {_QR: _square_code(check_link(letter.heading)), _MARK: source("mark.svg")})


def template_version(kind: LetterKind) -> str:
    """The kind's version, with a digest of everything that shapes the letter besides its facts."""
    names = sorted(path.name for path in (TEMPLATES / "letters").glob(f"{kind.key}*.html"))
    sources = b"".join(source(name) for name in (*names, *_SHARED))
    return f"{kind.template_version}-{sha256(sources + plates().digest.encode()).hexdigest()[:12]}"


def check_link(heading: Heading) -> str:
    """The address at which this letter's code is checked."""
    return f"{heading.check_address}/{heading.code}"


def warm() -> None:
    """Read every template and print the specimen, so that a process forked from this one starts warm.

    The renderer opens typefaces and reads its own tables as the first letter needs them; the specimen
    shows everything a letter can have.
    """
    for path in (TEMPLATES / "letters").glob("*.html"):
        templates().get_template(f"letters/{path.name}")
    print_here(source("specimen.html").decode(), {_MARK: source("mark.svg"), _QR: _square_code("specimen")})


@cache
def templates() -> Environment:
    """Everything that is printed, by its name below `templates/`; a word a template asks for must exist."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "pounds": wording.pounds,
        "day": wording.day,
        "day_beside": wording.day_beside,
        "moment": wording.moment,
        "moment_exact": wording.moment_exact,
        "stamp": wording.stamp,
        "percent": wording.percent,
        "mark": wording.mark,
        "score": wording.score,
        "every": wording.every,
        "paragraphs": str.splitlines,
    }
    return environment


@cache
def source(name: str) -> bytes:
    """A file of the letters as it stands."""
    return (TEMPLATES / "letters" / name).read_bytes()


def _square_code(words: str) -> bytes:
    picture = io.BytesIO()
    segno.make_qr(words, error="m").save(picture, kind="png", scale=8, border=0)
    return picture.getvalue()
