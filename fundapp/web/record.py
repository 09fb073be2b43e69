"""What is known of an organisation as pages show it: how large it counts by year, and what was checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fundapp.models.funds import Round
from fundapp.models.organisations import CompanyFacts, Organisation, SizeFacts
from fundapp.services.size_facts import figures_in
from fundapp.web.filters import uk_date
from workflows.rules import sizes
from workflows.rules.identifiers import same_name, whereabouts
from workflows.rules.organisation_kinds import in_words
from workflows.rules.sizes import Counted, SizeTest

STATED = "Stated by the organisation"
NO_NUMBER = "Without a company number there is nothing to compare it with at Companies House."
NOT_YET = "Stated by the organisation. It has not been compared with Companies House."
NOT_REACHED = "Stated by the organisation. Companies House could not be reached on {day}."
NOT_FOUND = (
    "Companies House has no company {number}, asked on {day}. This does not stop a bid from being written;"
    " the programme team will ask about it."
)


@dataclass(frozen=True, slots=True)
class Checked:
    """How far an organisation's own words were compared: a kind of mark, a word, sentences, what differs."""

    kind: str
    word: str
    sentence: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class YearShown:
    """The figures of one year with what they count as."""

    facts: SizeFacts
    name: str
    counted: tuple[Counted, ...]

    @property
    def checked(self) -> tuple[str, str]:
        """Whether they were compared with the accounts that were filed, as a kind of mark and a word."""
        return ("done", "Checked") if self.facts.verified else ("none", "Not checked")

    @property
    def said(self) -> str:
        """Who said them, and when."""
        if self.facts.verified:
            return f"Compared with the filed accounts, {uk_date(self.facts.said_at)}"
        who = f"Stated by {self.facts.said_by.name}" if self.facts.said_by else STATED
        return f"{who}, {uk_date(self.facts.said_at)}"


def years_of(facts: Iterable[SizeFacts], own: Sequence[SizeTest]) -> list[YearShown]:
    """Each year with what its figures count as, by the named tests and those of the funds."""
    return [
        YearShown(each, _name(each), sizes.counted(figures_in(each), each.year_ended_on, *own))
        for each in facts
    ]


def tests_of(rounds: Iterable[Round]) -> list[SizeTest]:
    """The size tests of the funds of these rounds, each once."""
    found = (call.rules.eligibility.size_test for call in rounds)
    return list(dict.fromkeys(test for test in found if test is not None))


def checked(organisation: Organisation, facts: CompanyFacts | None) -> Checked:
    """How the organisation's record compares with Companies House."""
    if organisation.company_number is None:
        return Checked("none", "Not checked", NO_NUMBER)
    if facts is None:
        return Checked("none", "Not checked", NOT_YET)
    day = uk_date(facts.asked_at)
    if facts.outcome == "unreachable":
        return Checked("none", "Not checked", NOT_REACHED.format(day=day))
    if facts.outcome == "not_found":
        return Checked("attn", "Not found", NOT_FOUND.format(number=organisation.company_number, day=day))
    differences = _differences(organisation, facts)
    kind, word = ("attn", "Differs") if differences else ("done", "Checked")
    return Checked(kind, word, _at_companies_house(facts), differences)


def kinds(organisation: Organisation) -> str:
    """Its kind and its sector, as far as it has said."""
    return ", ".join(in_words(organisation.legal_form, organisation.sector)) or "Not given"


def where(postcode: str | None) -> str:
    """A postcode with the district it hints at."""
    return f"{postcode}, {whereabouts(postcode)}" if postcode else "Not given"


def _name(facts: SizeFacts) -> str:
    if facts.no_accounts:
        return "No accounts yet"
    if facts.year_ended_on is None:
        return "Year not given"
    months = "" if facts.months == sizes.YEAR else f" ({facts.months} months)"
    return f"Year ended {uk_date(facts.year_ended_on)}{months}"


def _at_companies_house(facts: CompanyFacts) -> str:
    parts = [str(facts.name), *([facts.status.replace("-", " ")] if facts.status else [])]
    if facts.registered_postcode:
        parts.append(f"registered at {facts.registered_postcode}")
    if facts.incorporated_on:
        parts.append(f"since {uk_date(facts.incorporated_on)}")
    return f"Companies House, {uk_date(facts.asked_at)}: {', '.join(parts)}."


def _differences(organisation: Organisation, facts: CompanyFacts) -> tuple[str, ...]:
    stated, there = organisation.registered_postcode, facts.registered_postcode
    found = (
        (facts.status not in (None, "active"), f"It is not active there: {facts.status}."),
        (not same_name(organisation.name, facts.name or ""), "Its name there is another one."),
        (
            bool(stated and there) and stated != there,
            f"Its registered postcode there is {there}, not {stated}.",
        ),
    )
    return tuple(sentence for differs, sentence in found if differs)
