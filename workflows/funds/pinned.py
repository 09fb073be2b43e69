"""What a round pinned at its publication, read back from the data its row and its form version keep."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from workflows.funds.definition import (
    AssessmentTerms,
    AwardTerms,
    Bounds,
    CriterionTerms,
    Days,
    Named,
    Promises,
    Question,
    Section,
    ShownIf,
)
from workflows.rules.cost_sheets import CostTerms
from workflows.rules.costs import Category
from workflows.rules.declarations import UNLESS_THE_FORM_SAYS
from workflows.rules.eligibility import Terms
from workflows.rules.file_types import FileTerms
from workflows.rules.funding import Rate
from workflows.rules.sizes import SizeTest
from workflows.rules.subsidy import limit_on

# Questions about money share one page; they are kept with the bid itself.
MONEY = frozenset({"costs", "use_of_funds"})


@dataclass(frozen=True, slots=True)
class Pinned:
    """The rules of one round as everybody reads them: the money, every question, who may apply."""

    instrument: str
    award: AwardTerms
    assessment: AssessmentTerms
    promises: Promises
    eligibility: Terms
    criteria: tuple[CriterionTerms, ...]
    themes: tuple[Named, ...]
    authorities: tuple[Named, ...]
    sections: tuple[Section, ...]
    mfa_limits: Mapping[date, int]
    costs: CostTerms
    rates: tuple[Rate, ...]

    def terms_on(self, day: date) -> Terms:
        """Who may apply on a day; a grant is assistance, so its limit of that day counts too."""
        if self.instrument != "grant":
            return self.eligibility
        return replace(self.eligibility, assistance_pence=limit_on(self.mfa_limits, day))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    def question(self, key: str) -> Question | None:
        """The question of this key."""
        return next((question for question in self.questions if question.key == key), None)

    def of_kind(self, *kinds: str) -> Iterator[Question]:
        """The questions of some kinds, in order."""
        return (question for question in self.questions if question.kind in kinds)

    @property
    def declarations(self) -> Mapping[str, str]:
        """What whoever signs declares: each sentence by its key, in order."""
        asked = {
            each.key: each.name for question in self.of_kind("declarations") for each in question.options
        }
        return asked or UNLESS_THE_FORM_SAYS

    def theme_name(self, key: str | None) -> str | None:
        """A theme's name by its key."""
        return _name_of(key, self.themes)

    def authority_name(self, code: str | None) -> str | None:
        """A district's name by its ONS code, when it is one of the fund's."""
        return _name_of(code, self.authorities)


def pinned_of(terms: Mapping[str, Any], form: Mapping[str, Any]) -> Pinned:
    """The rules that a round's terms and its form version's data describe."""
    authorities = _named(terms["authorities"])
    return Pinned(
        instrument=terms["instrument"],
        award=AwardTerms(**terms["award"]),
        assessment=AssessmentTerms(**terms["assessment"]),
        promises=Promises(**terms["promises"]),
        eligibility=_eligibility(terms, authorities),
        criteria=tuple(
            CriterionTerms(**each | {"guide": tuple(each["guide"])}) for each in terms["criteria"]
        ),
        themes=_named(terms["themes"]),
        authorities=authorities,
        sections=tuple(_section(section) for section in form["sections"]),
        mfa_limits={date.fromisoformat(each["from_date"]): each["mfa_pence"] for each in terms["mfa_limits"]},
        costs=CostTerms(tuple(Category(**each) for each in terms["categories"]), **terms.get("costs", {})),
        rates=tuple(Rate(**each) for each in terms.get("rates", ())),
    )


def _eligibility(terms: Mapping[str, Any], authorities: tuple[Named, ...]) -> Terms:
    """Rounds that were published before a rule could be set do not ask for it."""
    data, award = terms["eligibility"], terms["award"]
    size_test, registered_by = data["size_test"], data["registered_by"]
    return Terms(
        authorities=frozenset(each.key for each in authorities),
        size_test=SizeTest(**size_test) if size_test else None,
        registered_by=date.fromisoformat(registered_by) if registered_by else None,
        legal_forms=tuple(data["legal_forms"]),
        sectors=tuple(data.get("sectors", ())),
        must_be_trading=data.get("must_be_trading", False),
        must_be_solvent=data.get("must_be_solvent", False),
        one_lead_bid=data.get("one_lead_bid", False),
        award_range=(award["least_pence"], award["most_pence"]),
    )


def _section(data: Mapping[str, Any]) -> Section:
    return Section(data["key"], data["title"], tuple(_question(each) for each in data["questions"]))


def _question(data: Mapping[str, Any]) -> Question:
    """Form versions from before a setting was known do not have it."""
    read: Mapping[str, Callable[[Any], Any]] = {
        "files": lambda files: FileTerms(**files | {"types": tuple(files["types"])}),
        "options": _named,
        "bounds": lambda bounds: Bounds(**bounds),
        "days": lambda days: Days(*(_day(days[end]) for end in ("earliest", "latest"))),
    }
    found = {name: read[name](data[name]) for name in read if data.get(name) is not None}
    return Question(**dict(data) | found | {"shown_if": _conditions(data.get("shown_if"))})


def _conditions(data: Any) -> tuple[ShownIf, ...]:
    """Form versions from before a question could have several conditions name one, or none."""
    several = data if isinstance(data, list) else [data] if data else []
    return tuple(ShownIf(each["question"], tuple(each["answers"])) for each in several)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _named(data: list[dict[str, str]]) -> tuple[Named, ...]:
    return tuple(Named(**each) for each in data)


def _name_of(key: str | None, among: tuple[Named, ...]) -> str | None:
    return next((each.name for each in among if each.key == key), None)
