"""The questions of the quick check: which of them a round asks, in which order, and their boxes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field

from fundapp.web.fields import LondonDateField, MoneyField, OneOfField, WholeNumberField
from workflows.funds.pinned import Pinned
from workflows.rules.eligibility import Terms
from workflows.rules.organisation_kinds import ANOTHER, LEGAL_FORMS, SECTORS, kind_name
from workflows.rules.schedule import day_in_words
from workflows.rules.subsidy import window_start

ELSEWHERE = "elsewhere"
AT = "at"
IF_NOT_KNOWN = "Leave it empty if you do not know"
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the quick check: the check it answers, and the boxes it shows."""

    key: str
    names: tuple[str, ...]

    def is_given(self, args: Mapping[str, str]) -> bool:
        """Whether the address answers it; a choice nobody made sends nothing but the page's own name."""
        return args.get(AT) == self.key or any(name in args for name in self.names)


STEPS = (
    Step("place", ("place",)),
    Step("legal_form", ("legal_form",)),
    Step("trading", ("trading",)),
    Step("solvent", ("solvent",)),
    Step("sector", ("sector",)),
    Step("size", ("staff", "turnover", "assets")),
    Step("registered", ("registered_on",)),
    Step("one_lead_bid", ("one_lead_bid",)),
    Step("award_range", ("asked",)),
    Step("headroom", ("received",)),
)
NAMES = tuple(name for step in STEPS for name in step.names)


def steps_of(terms: Terms) -> tuple[Step, ...]:
    """The questions a round asks, in order."""
    asked = {
        "place": True,
        "legal_form": bool(terms.legal_forms),
        "trading": terms.must_be_trading,
        "solvent": terms.must_be_solvent,
        "sector": bool(terms.sectors),
        "size": terms.size_test is not None,
        "registered": terms.registered_by is not None,
        "one_lead_bid": terms.one_lead_bid,
        "award_range": terms.award_range is not None,
        "headroom": terms.assistance_pence is not None,
    }
    return tuple(step for step in STEPS if asked[step.key])


class FittingForm(FlaskForm):  # type: ignore[misc]
    """Every box of the quick check; only those of questions that are answered are judged."""

    place = OneOfField("Where do you work, or do most of your work?", required="Choose where you work")
    legal_form = OneOfField("What kind of organisation are you?", required="Choose a kind of organisation")
    trading = OneOfField(
        "Are you trading now?",
        choices=YES_NO,
        required="Choose yes or no",
        hint="Choose no if you are being wound up, are in an insolvency, or are about to be struck off.",
    )
    solvent = OneOfField(
        "Are you in an insolvency, or being wound up?",
        choices=(("no", "No"), ("yes", "Yes")),
        required="Choose no or yes",
        hint="In administration, liquidation, receivership or an arrangement with creditors, for example.",
    )
    sector = OneOfField("Which sector do you work in?", required="Choose a sector")
    staff = WholeNumberField(
        "How many people work for you?",
        hint=f"Full-time equivalents, your whole group counted. {IF_NOT_KNOWN}",
        biggest=10_000_000,
    )
    turnover = MoneyField("What was your turnover in the last full year?", hint=IF_NOT_KNOWN)
    assets = MoneyField("What are your gross assets?", hint=f"All you own, before debts. {IF_NOT_KNOWN}")
    registered_on = LondonDateField(
        "When were you registered?", hint=f"For example, 1 4 2021. {IF_NOT_KNOWN}"
    )
    one_lead_bid = OneOfField(
        "Do you lead another bid to this fund that waits for a decision?",
        choices=YES_NO,
        required="Choose yes or no",
        hint="A bid you only take part in does not count.",
    )
    asked = MoneyField("How much would you ask for?", hint=IF_NOT_KNOWN)
    received = MoneyField("How much minimal financial assistance did you receive?")

    @classmethod
    def of(cls, rules: Pinned, today: date, given: Any) -> "FittingForm":
        """The form of this round, filled from the address."""
        form = cls(formdata=given, meta={"csrf": False})
        form.place.choices = [(place.key, place.name) for place in rules.authorities]
        form.place.choices.append((ELSEWHERE, "None of these"))
        form.legal_form.choices = _choices(rules.eligibility.legal_forms, LEGAL_FORMS, "Another kind")
        form.sector.choices = _choices(rules.eligibility.sectors, SECTORS, "Another sector")
        since = day_in_words(window_start(today))
        form.received.description = (
            f"Since {since}, your whole group counted; enter 0 for none. {IF_NOT_KNOWN}"
        )
        return form

    def of_step(self, step: Step) -> list[Field]:
        """The boxes of one question."""
        return [self[name] for name in step.names]

    def is_right(self, step: Step) -> bool:
        """Whether what was given to one question can be read; its mistakes stand beside its boxes."""
        return not [field for field in self.of_step(step) if not field.validate(self)]

    def value(self, name: str) -> Any:
        """What was given to a box, read; nothing where it is empty."""
        return self[name].data if self[name].data != "" else None

    def answered(self, given: Mapping[str, list[str]]) -> Iterator[tuple[Step, str, str]]:
        """Each box that was answered: its question, its label, and the answer as it was given."""
        for step in STEPS:
            for field in self.of_step(step):
                if field.name in given:
                    yield step, field.label.text, _in_words(field, given[field.name])


def given_in(args: MultiDict[str, str]) -> dict[str, list[str]]:
    """The answers an address holds, by the name of their box; a date is three."""
    return {name: args.getlist(name) for name in NAMES if name in args}


def _choices(keys: Iterable[str], among: Mapping[str, str], otherwise: str) -> list[tuple[str, str]]:
    return [*((key, kind_name(key, among)) for key in keys), (ANOTHER, otherwise)]


def _in_words(field: Field, given: list[str]) -> str:
    if isinstance(field, OneOfField):
        return next((str(text) for value, text, *_ in field.iter_choices() if value == field.data), "")
    return " ".join(given).strip() or "Not known"
