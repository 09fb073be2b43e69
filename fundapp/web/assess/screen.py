"""What the assessor's screens show: the bid as it was sent in, the marks so far, what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.models.applications import Submission
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.funds import Criterion
from fundapp.queries.assessments import QueueRow
from fundapp.services import costs
from fundapp.services.readings import is_marked
from fundapp.web.attached import Shown
from workflows.funds import kinds, showing
from workflows.funds.answering import length
from workflows.funds.costing import funding_of
from workflows.funds.definition import Question
from workflows.funds.pinned import MONEY, Pinned
from workflows.rules.funding import Funding
from workflows.rules.marked import Block

MINUTES_A_BID = 35
CHECK = "check"
UNWRITTEN = ("organisation", "size", "declarations")


@dataclass(frozen=True, slots=True)
class Passage:
    """One question and what the bid answers in words or with files, with the criterion it is scored under."""

    key: str
    label: str
    criterion: str | None
    blocks: Sequence[Block]
    length: str
    files: Sequence[Shown] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the bid that has something to read."""

    key: str
    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One criterion across the top: its mark so far, and where it leads."""

    key: str
    text: str
    mark: str | None
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bid stands in the assessor's own order, and its neighbours."""

    number: int
    of: int
    before: int | None
    after: int | None


def content_of(submission: Submission | None) -> Mapping[str, Any]:
    """What a sent-in version says; nothing where there is none."""
    return submission.content if submission else {}


def parts_of(
    rules: Pinned, content: Mapping[str, Any], files: Mapping[str, Sequence[Shown]]
) -> tuple[Part, ...]:
    """The answers of a version, section by section, with the files it names."""
    answers = content.get("answers", {})
    found = []
    hidden = showing.hidden(rules.questions, answers)
    for section in rules.sections:
        passages = tuple(
            _passage(question, answers, files)
            for question in section.questions
            if question.kind not in UNWRITTEN and question.key not in MONEY and question.key not in hidden
        )
        if passages:
            found.append(Part(section.key, section.title, passages))
    return tuple(found)


def funding_in(rules: Pinned, content: Mapping[str, Any]) -> Funding | None:
    """The costs of a version, line by line; nothing for one that came with its sums alone."""
    stated = costs.stated_in(content) if content else []
    return funding_of(rules, stated) if stated else None


def tabs_of(criteria: Sequence[Criterion], marks: Mapping[int, Mark], now: str) -> list[Tab]:
    """The criteria in order with their marks, the one being marked set apart."""
    return [
        Tab(each.key, each.short_name, _mark_in_words(mark), _is_done(mark), each.key == now)
        for each in criteria
        for mark in [marks.get(each.id)]
    ]


def next_to_mark(assessment: Assessment, after: Criterion | None = None) -> str:
    """The key of the next criterion without a mark, going round from the one just marked; else the check."""
    criteria = assessment.application.round.criteria
    marks = {mark.criterion_id: mark for mark in assessment.marks}
    start = criteria.index(after) + 1 if after in criteria else 0
    ordered = [*criteria[start:], *criteria[:start]]
    return next((each.key for each in ordered if not _is_done(marks.get(each.id))), CHECK)


def place_of(assessment_id: int, queue: Sequence[QueueRow]) -> Place | None:
    """Where a bid stands among those in the queue."""
    ids = [row.id for row in queue]
    if assessment_id not in ids:
        return None
    at = ids.index(assessment_id)
    return Place(at + 1, len(ids), ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None)


def minutes_left(queue: Sequence[QueueRow]) -> int:
    """About how long the rest of the queue takes, to the next five minutes."""
    minutes = sum((row.share_left for row in queue), start=0) * MINUTES_A_BID
    return -(-int(minutes) // 5) * 5


def _is_done(mark: Mark | None) -> bool:
    return mark is not None and is_marked(mark) and bool(mark.comment)


def _mark_in_words(mark: Mark | None) -> str | None:
    if mark is None or not is_marked(mark):
        return None
    return "n/a" if mark.not_applicable else str(mark.score)


def _passage(question: Question, answers: Mapping[str, Any], files: Mapping[str, Sequence[Shown]]) -> Passage:
    given = answers.get(question.key, kinds.NOTHING)
    return Passage(
        question.key,
        question.label,
        question.scored_under,
        kinds.blocks(question, given) if question.kind in kinds.ANSWERED else (),
        length(question, given),
        files.get(question.key, ()) if question.kind == "file" else None,
    )
