"""A version of a bid on paper: its receipt first, then everything that was sent, as assessors read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fundapp.letters.render import Composed, source, templates
from workflows.funds import kinds, showing
from workflows.funds.answering import length
from workflows.funds.definition import Question
from workflows.funds.pinned import MONEY, Pinned
from workflows.rules import organisation_kinds
from workflows.rules.cost_sheets import from_data
from workflows.rules.file_types import FILE_TYPES, pages_in_words, size_in_words
from workflows.rules.marked import Block

# What the firm's and the project's own tables say, so that no passage repeats it.
TABLED = frozenset({"organisation", "size", "declarations"}) | MONEY


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the paper says besides the frozen content: what its receipt rests on, and who we are."""

    fund: str
    round: str
    received_at: datetime
    sha256: str
    check_address: str
    authority: str
    department: str
    email: str
    notice: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One question and its answer: how long it is, what is read, or its files in a line each."""

    label: str
    criterion: str
    length: str
    blocks: Sequence[Block]
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One cost: its category, what it is for, where bought-in work is done, its R&D share, its pence."""

    category: str
    what: str
    where: str
    rd_share_bp: int | None
    pence: int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one organisation spends, line by line, who else pays, and how it calculated its overheads."""

    name: str
    lines: Sequence[SheetLine]
    costs_pence: int
    match: Sequence[Mapping[str, Any]]
    files: Sequence[str]


def compose(facts: PaperFacts, content: Mapping[str, Any], rules: Pinned) -> Composed:
    """Fill the paper's template from a version's frozen content alone, ready for the press."""
    project = content["project"]
    html = (
        templates()
        .get_template("letters/bid_paper.html")
        .render(
            facts=facts,
            content=content,
            project=project,
            starts_on=date.fromisoformat(project["starts_on"]) if project["starts_on"] else None,
            theme=rules.theme_name(project["theme"]) or "",
            authority=rules.authority_name(content["organisation"]["authority"]) or "",
            kinds=_kinds(content["organisation"]),
            parts=[(each.title, list(_passages(each.questions, content, rules))) for each in rules.sections],
            sheets=list(_sheets(content, rules)),
            declared=[rules.declarations[key] for key in content["declarations"]],
        )
    )
    return Composed(html, {"letter-image:mark.svg": source("mark.svg")})


def _kinds(firm: Mapping[str, Any]) -> str:
    """The first versions did not say it."""
    return ", ".join(organisation_kinds.in_words(firm.get("legal_form"), firm.get("sector")))


def _passages(questions: Sequence[Question], content: Mapping[str, Any], rules: Pinned) -> Iterator[Passage]:
    names = {criterion.key: criterion.name for criterion in rules.criteria}
    hidden = showing.hidden(rules.questions, content["answers"])
    for question in questions:
        if question.kind in TABLED or question.key in hidden:
            continue
        answer = content["answers"].get(question.key, {})
        files = [_file(each) for each in answer.get("files", ())]
        blocks = kinds.blocks(question, answer) if question.kind in kinds.ANSWERED else ()
        criterion = names.get(question.scored_under or "", "")
        yield Passage(question.label, criterion, length(question, answer), blocks, files)


def _sheets(content: Mapping[str, Any], rules: Pinned) -> Iterator[Sheet]:
    names = {category.key: category.name for category in rules.costs.categories}
    for share in content.get("costs", ()):
        stated = from_data(share["sheet"])
        lines = [
            SheetLine(names.get(line.category, ""), line.what, line.place_name, line.rd_share_bp, pence)
            for line, pence in zip(stated.lines, share["amounts_pence"], strict=True)
        ]
        if share["overheads_pence"] and rules.costs.overheads:
            lines.append(SheetLine(rules.costs.overheads.name, "", "", None, share["overheads_pence"]))
        files = [_file(each) for each in share.get("files", ())]
        named = f"{share['name']} ({stated.place_name})" if stated.place else share["name"]
        yield Sheet(named, lines, share["costs_pence"], share["sheet"]["match"], files)


def _file(file: Mapping[str, Any]) -> str:
    """A file as a version names it for ever: with its size, its pages and its own hash."""
    pages = f", {pages_in_words(file['pages'])}" if file["pages"] else ""
    kind = FILE_TYPES[file["type"]].name
    return f"{file['name']} ({kind}, {size_in_words(file['size'])}{pages}), sha256 {file['sha256']}"
