"""What a bid still lacks before it can be sent in: every gap with its place, its field and a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from workflows.funds import kinds, showing
from workflows.funds.definition import AwardTerms, Question
from workflows.funds.kinds import UNKNOWN, Span, Value
from workflows.funds.pinned import MONEY, Pinned
from workflows.rules import words
from workflows.rules.costs import largest_grant, smallest_cost
from workflows.rules.eligibility import Check, Enterprise, checks
from workflows.rules.money import in_words

PROJECT = "project"
LONGEST_SUMMARY = 120
LONGEST_TITLE = 120
# What an applicant can put right on the page of each kind of question; an officer checks the rest.
CHECKED_IN = {"organisation": ("place",), "size": ("size",)}
FIELDS = {"place": "authority", "size": "staff_count"}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: the page it is on, the field there, and what to do in a sentence."""

    place: str
    field: str
    sentence: str
    brief: str = ""

    @property
    def beside(self) -> str:
        """The same where the page already names its place."""
        return self.brief or self.sentence


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a bid as the rulebook reads it: its name, and whether a scan found it harmful."""

    name: str
    is_infected: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What a bid says: its project, its money, its organisation, its answers as they are kept."""

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
            yield from money_gaps(question.key, rules.award, written)
        else:
            yield from _check_gaps(question, found)


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
    for each in files:
        if each.is_infected:
            yield Gap(question.key, "file", f"“{each.name}” was found to hold a virus. Remove it.")


def money_gaps(place: str, award: AwardTerms, written: Written) -> Iterator[Gap]:
    """What the money lacks: a cost, an amount within range and rate, and every pound of it paid for."""
    total, asked = written.total_cost_pence, written.grant_requested_pence
    if not total:
        yield Gap(place, "total_cost", "Say what the project will cost.")
        return
    if not asked:
        yield Gap(place, "grant_requested", "Say how much you ask for.")
    yield from _asked_gaps(place, award, asked, total)
    missing = total - asked - written.match_funding_pence
    if missing > 0:
        yield Gap(place, "match_funding", f"{in_words(missing)} of the costs is not paid for yet.")
    if missing < 0:
        over = in_words(-missing)
        yield Gap(
            place, "match_funding", f"What you ask for and your match come to {over} more than the costs."
        )


def _asked_gaps(place: str, award: AwardTerms, asked: int, total: int) -> Iterator[Gap]:
    if asked and asked < award.least_pence:
        yield Gap(place, "grant_requested", f"The least you can ask for is {in_words(award.least_pence)}.")
    if asked > award.most_pence:
        yield Gap(place, "grant_requested", f"The most you can ask for is {in_words(award.most_pence)}.")
    most = largest_grant(total, award.rate_bp)
    if asked > most:
        rate = f"{Decimal(award.rate_bp).scaleb(-2).normalize():f}%"
        limit = f"we pay up to {rate} of the costs, {in_words(most)} here"
        ways = f"Ask for {in_words(asked - min(most, award.most_pence))} less"
        if asked <= award.most_pence and award.rate_bp:
            ways += f", or show costs of {in_words(smallest_cost(asked, award.rate_bp))}"
        yield Gap(place, "grant_requested", f"You ask for {in_words(asked)}; {limit}. {ways}.")


def _check_gaps(question: Question, found: tuple[Check, ...]) -> Iterator[Gap]:
    for check in found:
        if check.key in CHECKED_IN.get(question.kind, ()) and check.met is not True:
            sentence = check.reason[0].upper() + check.reason[1:]
            yield Gap(question.key, FIELDS[check.key], f"{sentence}.")
