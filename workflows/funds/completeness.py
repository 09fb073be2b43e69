"""What a bid still lacks before it can be sent in: every gap with its place, its field and a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from workflows.funds import costing, kinds, showing
from workflows.funds.attached import Attached, infected_gaps
from workflows.funds.definition import Question
from workflows.funds.gap import Gap
from workflows.funds.kinds import UNKNOWN, Span, Value
from workflows.funds.pinned import MONEY, Pinned
from workflows.rules import words
from workflows.rules.eligibility import Check, Enterprise, checks, sentence
from workflows.rules.funding import Funding, Stated

PROJECT = "project"
LONGEST_SUMMARY = 120
LONGEST_TITLE = 120
# What an applicant answers on the page of each kind of question; an officer checks the rest.
CHECKED_IN = {"organisation": ("place", "legal_form", "sector"), "size": ("size",)}
# How an applicant is asked for what is not known yet; each page says which district a postcode hints at.
TO_SAY = {
    "place": "Choose the district where the organisation works.",
    "legal_form": "Choose the kind of organisation it is.",
    "sector": "Choose the sector the organisation works in.",
    "size": "Give the figures of the organisation’s size: staff, turnover and gross assets.",
}
# What the public record of a company says keeps a bid out only where it fails: unknown, an officer asks.
ON_RECORD = {"organisation": ("registered", "trading", "solvent")}
# The box a check is put right in.
FIELDS = {
    "place": "authority",
    "legal_form": "legal_form",
    "sector": "sector",
    "size": "staff_count",
    "registered": "name",
    "trading": "name",
    "solvent": "name",
}
IF_WRONG = "Companies House says so. If that is wrong, have it put right there, and write to us."


@dataclass(frozen=True, slots=True)
class Written:
    """What a bid says: its project, its money, its organisation, its answers as they are kept.

    `stated` holds the cost sheets of the organisations in it, the lead's first.
    """

    title: str
    summary: str
    theme: str | None
    starts_on: date | None
    months: int | None
    total_cost_pence: int
    grant_requested_pence: int
    match_funding_pence: int
    enterprise: Enterprise
    answers: Mapping[str, Value]
    files: Mapping[str, Sequence[Attached]] = field(default_factory=dict)
    stated: Sequence[Stated] = ()

    @property
    def span(self) -> Span:
        """When the project would run."""
        return Span(self.starts_on, self.months)


def gaps(rules: Pinned, written: Written) -> tuple[Gap, ...]:
    """Everything missing, in the order of the form; empty means the bid can be sent in."""
    return (*project_gaps(rules, written), *form_gaps(rules, written))


def project_gaps(rules: Pinned, written: Written) -> Iterator[Gap]:
    """What the page about the project itself lacks."""
    if not written.title:
        yield Gap(PROJECT, "title", "Give the project a title.")
    if not written.summary:
        yield Gap(PROJECT, "summary", "Write a summary anyone may read.")
    over = words.over(written.summary, LONGEST_SUMMARY)
    if over:
        yield Gap(PROJECT, "summary", f"The summary is {words.in_words(over)} over. Shorten it.")
    if rules.themes and rules.theme_name(written.theme) is None:
        yield Gap(PROJECT, "theme", "Choose the theme the project fits best.")
    if written.starts_on is None:
        yield Gap(PROJECT, "starts_on", "Say when the project would start.")
    if written.months is None:
        yield Gap(PROJECT, "months", "Say how many months it would take.")


def form_gaps(rules: Pinned, written: Written) -> Iterator[Gap]:
    """What the questions of the form that are asked lack, each judged by its kind."""
    found = checks(written.enterprise, rules.eligibility)
    hidden = showing.hidden(rules.questions, written.answers)
    for question in (each for each in rules.questions if each.key not in hidden):
        if question.kind in kinds.ANSWERED:
            answer = written.answers.get(question.key, kinds.NOTHING)
            yield from answer_gaps(question, answer, written.span)
        elif question.kind == "file":
            yield from file_gaps(question, written.files.get(question.key, ()))
        elif question.kind in MONEY:
            yield from money_gaps(question.key, rules, written)
        else:
            yield from _check_gaps(question, found)
            yield from _size_gaps(question, rules, written.enterprise)


def answer_gaps(question: Question, answer: Value, span: Span = UNKNOWN) -> Iterator[Gap]:
    """What one answer lacks: it is empty, cannot be read as typed, or goes beyond what was asked for."""
    if question.required and not kinds.lines(question, answer):
        yield Gap(question.key, "answer", f"Answer “{question.label}”")
    for fault in kinds.faults(question, answer, span):
        yield Gap(question.key, "answer", f"“{question.label}”: {fault}", fault)


def file_gaps(question: Question, files: Sequence[Attached]) -> Iterator[Gap]:
    """What a question for files lacks: a file, or one a scan found harmful is still there."""
    if question.required and not files:
        yield Gap(question.key, "file", f"Add a file to “{question.label}”.", "Add a file.")
    yield from infected_gaps(question.key, "file", files)


def money_gaps(place: str, rules: Pinned, written: Written) -> Iterator[Gap]:
    """What the money lacks: costs, whatever its sheets still miss, and sums that add up.

    A bid that was imported has sums and no sheets; then the round's one rate judges what it asks for.
    """
    total, asked, match = (
        written.total_cost_pence,
        written.grant_requested_pence,
        written.match_funding_pence,
    )
    if not total:
        yield Gap(place, "total_cost", "Say what the project will cost.")
        return
    if written.stated:
        yield from funding_gaps(place, rules, costing.funding_of(rules, written.stated))
        yield from costing.evidence_gaps(place, written.stated, written.files)
        return
    yield from costing.totals_gaps(place, rules.award, total=total, asked=asked, match=match)
    yield from costing.share_gaps(place, rules.award, asked=asked, total=total)


def funding_gaps(place: str, rules: Pinned, found: Funding) -> Iterator[Gap]:
    """What sheets that were worked out together still miss, and whether their sums add up."""
    yield from costing.sheet_gaps(place, rules, found)
    yield from costing.totals_gaps(
        place, rules.award, total=found.costs_pence, asked=found.grant_pence, match=found.match_pence
    )
    yield from costing.uneven_gaps(place, found)


def _check_gaps(question: Question, found: tuple[Check, ...]) -> Iterator[Gap]:
    for check in found:
        if check.key in CHECKED_IN.get(question.kind, ()) and check.met is not True:
            asked = TO_SAY[check.key] if check.met is None else sentence(check)
            yield Gap(question.key, FIELDS[check.key], asked)
        if check.key in ON_RECORD.get(question.kind, ()) and check.met is False:
            yield Gap(question.key, FIELDS[check.key], f"{sentence(check)} {IF_WRONG}")


def _size_gaps(question: Question, rules: Pinned, enterprise: Enterprise) -> Iterator[Gap]:
    """A fund without a size test asks for the figures all the same, where its question is required."""
    figures = (enterprise.staff, enterprise.turnover_pence, enterprise.assets_pence)
    is_asked = question.kind == "size" and question.required and rules.eligibility.size_test is None
    if is_asked and None in figures:
        yield Gap(question.key, FIELDS["size"], TO_SAY["size"])
