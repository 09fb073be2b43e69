"""What a fund is, as data: everything a round pins at its publication, read from one file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from workflows.rules.budget import Rung
from workflows.rules.costs import Category
from workflows.rules.file_types import FileTerms
from workflows.rules.funding import Rate
from workflows.rules.quorum import Settings
from workflows.rules.sizes import SizeTest


@dataclass(frozen=True, slots=True)
class AwardTerms:
    """What can be asked for and how it is given."""

    least_pence: int
    most_pence: int
    rate_bp: int
    retention_bp: int
    accept_within_days: int
    given_on: str
    recycles_receipts: bool


@dataclass(frozen=True, slots=True)
class AssessmentTerms:
    """How many read a bid, what score it needs, and how far apart scores may lie."""

    assessors_per_bid: int
    threshold: int
    spread_limit: int


@dataclass(frozen=True, slots=True)
class CriterionTerms:
    """A criterion with its prompt, its weight, and the words for each mark."""

    key: str
    name: str
    prompt: str
    weight: int
    max_score: int
    threshold: int | None
    guide: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A key and a name: a theme, or an authority by its ONS code."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be committed in one financial year, named by the year it begins."""

    financial_year: int
    pence: int


@dataclass(frozen=True, slots=True)
class CostBasis:
    """What costs are worked out with: the days of a working year, and overheads as a share of labour."""

    working_days: int
    flat_overheads_bp: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """From what to what an answer in figures goes (money in pence), its unit, and its decimal places."""

    least: int | None = None
    most: int | None = None
    unit: str = ""
    places: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """From which day to which an answer goes, both included."""

    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class ShownIf:
    """A condition: what an earlier question must be answered with, one of these options."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the form, its kind, its limits, and the criterion it is scored under.

    `shown_if` is when it is asked, where that hangs on other answers: every one of these conditions holds.
    `minutes` is about how long an answer takes, where the kind does not say it well.
    """

    key: str
    label: str
    kind: str
    word_limit: int | None
    scored_under: str | None
    required: bool
    guidance: str
    files: FileTerms | None = None
    character_limit: int | None = None
    options: tuple[Named, ...] = ()
    bounds: Bounds | None = None
    days: Days | None = None
    shown_if: tuple[ShownIf, ...] = ()
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form."""

    key: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Promises:
    """The days in which things are promised, counted from the close or the cut-off."""

    answer_questions_working_days: int
    check_days: int
    assess_days: int
    hear_days: int
    pay_days: int


@dataclass(frozen=True, slots=True)
class MfaLimit:
    """A limit of minimal financial assistance and of assistance for public services, from a date on."""

    from_date: date
    mfa_pence: int
    spei_pence: int


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may apply, beyond working in one of the authorities."""

    size_test: SizeTest | None
    registered_by: date | None
    legal_forms: tuple[str, ...]
    sectors: tuple[str, ...]
    must_be_trading: bool
    must_be_solvent: bool
    one_lead_bid: bool


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number nobody has verified: where it stands, and why it may be wrong."""

    path: str
    note: str


@dataclass(frozen=True, slots=True)
class FundDefinition:
    """A whole fund as read from its file."""

    slug: str
    name: str
    prefix: str
    summary: str
    instrument: str
    pathway: str
    pathway_version: int
    award: AwardTerms
    assessment: AssessmentTerms
    eligibility: Eligibility
    promises: Promises
    board: Settings
    criteria: tuple[CriterionTerms, ...]
    themes: tuple[Named, ...]
    authorities: tuple[Named, ...]
    ladder: tuple[Rung, ...]
    budgets: tuple[Budget, ...]
    costs: CostBasis
    categories: tuple[Category, ...]
    rates: tuple[Rate, ...]
    sections: tuple[Section, ...]
    mfa_limits: tuple[MfaLimit, ...]
    assumptions: tuple[Assumption, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question of the form, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    def mfa_limits_pence(self) -> Mapping[date, int]:
        """The limits of minimal financial assistance by the date they began."""
        return {limit.from_date: limit.mfa_pence for limit in self.mfa_limits}


def as_data(value: Any) -> Any:
    """A definition, or any part of one, as plain values that JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_data(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [as_data(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
