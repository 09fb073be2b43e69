"""Long texts with a few marks: bold, lists and links. Everything else in them is itself.

`**bold**` between two pairs of stars on one line; lines beginning with `- `, `* ` or `• ` as a bulleted
list, with `1. ` as a numbered one whose numbers stay as typed; `[words](https://address)` as a link, for
http, https and mailto. A mark that is not closed, and any other sign, stays as it was typed, so every text
can be read and no word of one is ever lost. `assets/js/writing/marks.js` reads the same;
`tests/marked.json` holds both to it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from workflows.rules.words import WHITE, count, is_white

_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_ITEM = re.compile(rf"(?:[-*•]|(0|[1-9][0-9]{{0,2}})\.)[ \t\u00a0]+(?=[^{WHITE}])")
# An address is short, in ASCII and without brackets, so that nothing in it can be mistaken by anybody.
_MARK = re.compile(
    r"\[(?P<words>[^\[\]]+)\]\((?P<address>(?:https?://|mailto:)[!#-'*-;=?-~]{1,2000})\)|\*+",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words that look the same: plain or bold, and where they lead to if they are a link."""

    text: str
    is_bold: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, without its marks; `number` where it is an item of a numbered list."""

    runs: tuple[Run, ...]
    number: int | None = None

    @property
    def text(self) -> str:
        """What the line says."""
        return "".join(run.text for run in self.runs)

    @property
    def pieces(self) -> tuple[tuple[str, tuple[Run, ...]], ...]:
        """The runs, those of one link together, each time with its address; none for what is no link."""
        return tuple(
            (address, tuple(runs)) for address, runs in groupby(self.runs, key=lambda run: run.address)
        )


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. `kind` is `lines`, `bulleted` or `numbered`."""

    kind: str
    lines: tuple[Line, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """The text as it is read, in time that grows no faster than its length; nothing of one without words."""
    if not count(text):
        return ()
    read = [_line(line) for line in _LINE_END.split(text)]
    return tuple(
        Block(kind, tuple(line for _, line in lines))
        for kind, lines in groupby(read, key=lambda each: each[0])
    )


def unmarked(lines: Sequence[str]) -> tuple[Block, ...]:
    """The same of lines in which no sign is a mark; nothing of none."""
    return (Block("lines", tuple(Line((Run(line),)) for line in lines)),) if lines else ()


def plain(text: str) -> str:
    """The text without its marks, line for line: what is counted in words and in characters."""
    return "\n".join(line.text for block in blocks(text) for line in block.lines)


def has_marks(read: Sequence[Block]) -> bool:
    """Whether any sign of the text these blocks were read from was a mark."""
    return any(
        block.kind != "lines" or any(run.is_bold or run.address for line in block.lines for run in line.runs)
        for block in read
    )


def _line(line: str) -> tuple[str, Line]:
    item = _ITEM.match(line)
    if item is None:
        return "lines", Line(tuple(_runs(line)))
    runs = tuple(_runs(line[item.end() :]))
    return ("bulleted", Line(runs)) if item[1] is None else ("numbered", Line(runs, int(item[1])))


def _runs(line: str) -> Iterator[Run]:
    marks = [mark for mark in _MARK.finditer(line) if mark["words"] is None or count(mark["words"])]
    turns = _turns(line, [mark for mark in marks if mark[0] == "**"])
    place, is_bold = 0, False
    for mark in marks:
        if mark["words"] is None and mark.start() not in turns:
            continue
        if before := line[place : mark.start()]:
            yield Run(before, is_bold)
        if mark["words"] is None:
            is_bold = not is_bold
        else:
            for run in _runs(mark["words"]):
                yield Run(run.text, is_bold or run.is_bold, mark["address"])
        place = mark.end()
    if rest := line[place:]:
        yield Run(rest, is_bold)


def _turns(line: str, stars: Sequence[re.Match[str]]) -> frozenset[int]:
    """Where bold begins and ends: stars right before a word, and the next ones right after one."""
    turns: list[int] = []
    opened: int | None = None
    for pair in stars:
        if opened is not None and not is_white(line[pair.start() - 1]):
            turns += [opened, pair.start()]
            opened = None
        elif pair.end() < len(line) and not is_white(line[pair.end()]):
            opened = pair.start()
    return frozenset(turns)
