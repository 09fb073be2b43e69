"""Hands a letter its own typefaces and pictures, and refuses and counts every other address."""

from collections.abc import Mapping
from mimetypes import guess_type
from pathlib import Path

from weasyprint import URLFetcher
from weasyprint.urls import URLFetcherResponse

FONT_FOLDER = Path(__file__).resolve().parents[1] / "static" / "build" / "letter-fonts"

_FACES = (
    ("Fundapp Sans", 400, "normal", "fundapp-sans-400.ttf"),
    ("Fundapp Sans", 600, "normal", "fundapp-sans-600.ttf"),
    ("Fundapp Sans", 700, "normal", "fundapp-sans-700.ttf"),
    ("Fundapp Serif", 400, "normal", "fundapp-serif-400.ttf"),
    ("Fundapp Serif", 600, "normal", "fundapp-serif-600.ttf"),
    ("Fundapp Serif", 700, "normal", "fundapp-serif-700.ttf"),
    ("Fundapp Serif", 400, "italic", "fundapp-serif-400-italic.ttf"),
)


class FontsMissing(RuntimeError):
    """The static typefaces of the letters have not been built."""


class Denied(ValueError):
    """A letter asked for something that is not its own."""


class OwnThingsOnly(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Answers only the exact addresses it was given; nothing is ever opened, on disk or network."""

    def __init__(self, things: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.denied: list[str] = []
        self._things = things

    def fetch(self, url: str, _headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The bytes kept under this address; any other is counted and refused."""
        if url not in self._things:
            self.denied.append(url[:200])
            raise Denied(f"a letter may not fetch {url[:200]!r}")
        kind, _ = guess_type(url)
        return URLFetcherResponse(url, self._things[url], {"Content-Type": kind} if kind else None)


def font_files(folder: Path = FONT_FOLDER) -> dict[str, bytes]:
    """Every face a letter may use, by the address its style sheet names."""
    missing = [name for *_, name in _FACES if not (folder / name).is_file()]
    if missing:
        raise FontsMissing(f"{folder} lacks {', '.join(missing)}: run `npm run build`")
    return {f"letter-font:{name}": (folder / name).read_bytes() for *_, name in _FACES}


def font_rules() -> str:
    """The style rules that declare those faces."""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("letter-font:{name}") }}'
        for family, weight, style, name in _FACES
    )
