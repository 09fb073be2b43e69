"""Prints a letter's HTML to PDF, with the letters' own style and typefaces and nothing from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from fundapp.letters.fetcher import OwnThingsOnly, font_files, font_rules

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

PAGES = 40
TOO_MANY_PAGES = f"the letter has more than {PAGES} pages"
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
            raise RenderTooLarge(TOO_MANY_PAGES)
        pdf = document.write_pdf(**_VARIANT)
    except FatalURLFetchingError as error:
        raise _foreign(fetcher) from error
    if fetcher.denied:
        raise _foreign(fetcher)
    return Printed(pdf, len(document.pages))


def _foreign(fetcher: OwnThingsOnly) -> RenderRefused:
    return RenderRefused(f"the letter asked for {len(fetcher.denied)} foreign things: {fetcher.denied[:3]}")
