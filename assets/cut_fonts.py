"""Cuts the static letter and chart faces out of the variable fonts from npm, under names of their own."""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ALPHABETS = ("latin", "latin-ext", "greek", "cyrillic")
KEPT_NAMES = (0, 7, 8, 9, 11, 13, 14)


class Face(NamedTuple):
    """One static face: which variable font it comes from and where on its axes it is cut."""

    family: str
    source: str
    style: str
    weight: int
    optical_size: float | None

    @property
    def file_name(self) -> str:
        """The name of the font file, as `fundapp-serif-600.ttf`."""
        slope = "-italic" if self.style == "italic" else ""
        return f"{self.family.lower().replace(' ', '-')}-{self.weight}{slope}.ttf"


# Serif 600 sets titles, the other serifs set running text, so each is cut at the size it is read at.
FACES = (
    Face("Fundapp Sans", "source-sans-3", "normal", 400, None),
    Face("Fundapp Sans", "source-sans-3", "normal", 600, None),
    Face("Fundapp Sans", "source-sans-3", "normal", 700, None),
    Face("Fundapp Sans", "source-sans-3", "italic", 400, None),
    Face("Fundapp Serif", "source-serif-4", "normal", 400, 11),
    Face("Fundapp Serif", "source-serif-4", "normal", 600, 20),
    Face("Fundapp Serif", "source-serif-4", "normal", 700, 11),
    Face("Fundapp Serif", "source-serif-4", "italic", 400, 20),
)
WEIGHT_WORDS = {400: "Regular", 600: "SemiBold", 700: "Bold"}


def cut(face: Face, modules: Path, alphabet: str, seen: set[int]) -> TTFont:
    """Return one alphabet of a face as a static font, without the characters of earlier alphabets."""
    axes = "opsz" if face.optical_size else "wght"
    name = f"{face.source}-{alphabet}-{axes}-{face.style}.woff2"
    font = TTFont(modules / "@fontsource-variable" / face.source / "files" / name)
    place: dict[str, float] = {"wght": face.weight}
    if face.optical_size:
        place["opsz"] = face.optical_size
    static = instantiateVariableFont(font, place, inplace=True)
    options = Options(layout_features=["*"], notdef_outline=True, name_IDs=["*"])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(static.getBestCmap()) - seen)
    subsetter.subset(static)
    static.flavor = None
    return static


def name_face(font: TTFont, face: Face) -> None:
    """Give the font its own family name, keeping the maker's copyright and licence lines."""
    italic = face.style == "italic"
    word = WEIGHT_WORDS[face.weight]
    style = "Italic" if italic and face.weight == 400 else f"{word} Italic" if italic else word
    linked = style in {"Regular", "Bold", "Italic"}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in KEPT_NAMES]
    names = {
        1: face.family if linked else f"{face.family} {word}",
        2: style if linked else "Italic" if italic else "Regular",
        3: f"{face.family} {style}",
        4: face.family if style == "Regular" else f"{face.family} {style}",
        6: f"{face.family.replace(' ', '')}-{style.replace(' ', '')}",
        16: face.family,
        17: style,
    }
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight


def merged(face: Face, modules: Path, folder: Path) -> TTFont:
    """Return the face with all its alphabets in one font."""
    seen: set[int] = set()
    parts: list[str] = []
    for alphabet in ALPHABETS:
        part = cut(face, modules, alphabet, seen)
        seen |= set(part.getBestCmap())
        path = folder / f"{alphabet}.ttf"
        part.save(path)
        parts.append(str(path))
    return Merger().merge(parts)


def declaration(face: Face) -> str:
    """Return the CSS that makes the face known to a letter."""
    return (
        f'@font-face{{font-family:"{face.family}";font-style:{face.style};font-weight:{face.weight};'
        f'src:url("{face.file_name}") format("truetype")}}\n'
    )


def write(modules: Path, target: Path, face: Face) -> None:
    """Write one finished face into the target folder."""
    with TemporaryDirectory() as folder:
        font = merged(face, modules, Path(folder))
        name_face(font, face)
        font["head"].created = font["head"].modified = 0  # the same bytes whenever and wherever it is cut
        font.recalcTimestamp = False
        font.save(target / face.file_name)


def main(modules: Path, target: Path) -> None:
    """Cut every face into the target folder, with `fonts.css` declaring them."""
    target.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(write, modules, target), FACES))
    (target / "fonts.css").write_text("".join(map(declaration, FACES)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
