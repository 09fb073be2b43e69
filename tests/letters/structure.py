"""What a machine can check of PDF/UA-1 in a letter, read from the file itself."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pikepdf

PAINTING = frozenset({"Tj", "TJ", "'", '"', "Do", "S", "s", "f", "f*", "F", "B", "B*", "b", "b*", "sh"})
PARENTS = {
    "LI": {"L"},
    "LBody": {"LI"},
    "TD": {"TR"},
    "TH": {"TR"},
    "TR": {"TBody", "THead", "TFoot", "Table"},
}


@dataclass(frozen=True)
class Element:
    """One structure element, its parent's tag, and its dictionary."""

    tag: str
    parent: str
    raw: Any


def findings(pdf: bytes) -> list[str]:
    """Everything found wrong; nothing is what a letter must have."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [
            *_of_the_document(file),
            *_of_the_elements(list(elements(file))),
            *(found for page in file.pages for found in _of_a_page(page)),
        ]


def tags(pdf: bytes) -> list[str]:
    """The tags of the structure tree, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [element.tag for element in elements(file)]


def elements(file: pikepdf.Pdf) -> Iterator[Element]:
    """The structure elements in reading order."""
    return _below(file.Root.StructTreeRoot.K, "")


def _below(node: Any, parent: str) -> Iterator[Element]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _below(child, parent)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        tag = str(node.S)[1:]
        yield Element(tag, parent, node)
        if "/K" in node:
            yield from _below(node.K, tag)


def _of_the_document(file: pikepdf.Pdf) -> Iterator[str]:
    root = file.Root
    if not bool(root.MarkInfo.Marked):
        yield "not marked as tagged"
    if str(root.get("/Lang", "")) != "en-GB":
        yield "language is not en-GB"
    if not bool(root.ViewerPreferences.DisplayDocTitle):
        yield "the title is not shown"
    with file.open_metadata() as about:
        if str(about.get("pdfuaid:part")) != "1":
            yield "does not claim PDF/UA-1"
        if not about.get("dc:title"):
            yield "has no title"
    if "/Encrypt" in file.trailer:
        yield "is encrypted"
    if "/Names" in root and "/EmbeddedFiles" in root.Names:
        yield "carries an attachment"


def _of_the_elements(found: list[Element]) -> Iterator[str]:
    levels = [int(element.tag[1]) for element in found if element.tag in {"H1", "H2", "H3", "H4"}]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield "does not begin with its one first-level heading"
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield "skips a heading level"
    for element in found:
        if element.tag == "Figure" and not str(element.raw.get("/Alt", "")):
            yield "a figure has no words"
        if element.tag == "TH" and "/Scope" not in element.raw.get("/A", {}) and "/ID" not in element.raw:
            yield "a header cell has no scope"
        if element.tag in PARENTS and element.parent not in PARENTS[element.tag]:
            yield f"{element.tag} stands in {element.parent}"


def _of_the_annotations(page: pikepdf.Page) -> Iterator[str]:
    """Nothing but links, each in the structure and with its address in words (PDF/UA-1, 7.18)."""
    notes = list(page.get("/Annots", ()))
    if notes and page.get("/Tabs") != "/S":
        yield "annotations are not reached in reading order"
    for note in notes:
        if note.Subtype != "/Link" or str(note.A.S) != "/URI":
            yield "an annotation is no link"
        elif "/StructParent" not in note or not str(note.get("/Contents", "")):
            yield "a link is outside the structure, or has no words"


def _of_a_page(page: pikepdf.Page) -> Iterator[str]:
    if "/StructParents" not in page:
        yield "a page is outside the structure"
    yield from _of_the_annotations(page)
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        depth += (operator in {"BDC", "BMC"}) - (operator == "EMC")
        if operator in PAINTING and depth == 0:
            yield f"{operator} paints outside the structure"
    for font in page.Resources.Font.values():
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys()):
            yield "a font is not embedded"
        if "/ToUnicode" not in font:
            yield "a font cannot be read back"
