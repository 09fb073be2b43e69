"""Can you apply? A question at a time for anybody, answered by the checks every bid meets; nothing is kept.

The answers stand in the address only. The first check that fails ends the questions: the page says which it
is and why, and which other rounds the same answers fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.installed import settings
from fundapp.models.funds import Round
from fundapp.queries import rounds as queries
from fundapp.web.guards import public
from fundapp.web.public import screen
from fundapp.web.public.fitting_form import FittingForm, Step, given_in, steps_of
from fundapp.web.public.pages import pages
from workflows.rules import eligibility
from workflows.rules.eligibility import Check, Enterprise, Entry, Terms
from workflows.rules.organisation_kinds import ANOTHER

MET = {
    "place": "You work in one of the six districts.",
    "size": "You are small enough for this fund.",
    "registered": "You were registered in time.",
    "legal_form": "You are a kind of organisation this fund supports.",
    "trading": "You are trading.",
    "solvent": "You are in no insolvency.",
    "sector": "You work in a sector this fund supports.",
    "one_lead_bid": "You lead no other bid that waits for a decision.",
    "award_range": "You ask for an amount this round can give.",
    "headroom": "Your other assistance leaves room for this award.",
}
FAILED = {
    "place": "This fund is for organisations that work in the six districts.",
    "size": "You are larger than this fund is for, your whole group counted.",
    "registered": "You were registered after the day this round asks for.",
    "legal_form": "This fund does not support your kind of organisation.",
    "trading": "This fund cannot support an organisation that is not trading.",
    "solvent": "This fund cannot support an organisation that is in an insolvency, or being wound up.",
    "sector": "This fund does not support your sector.",
    "one_lead_bid": "You can lead one bid to this fund at a time. You can still take part in others.",
    "award_range": "This round cannot give the amount you want to ask for.",
    "headroom": "With what you received, this award would go over the limit the law sets.",
}
UNKNOWN = {
    "size": "We cannot tell your size yet: fill in the figures you left empty.",
    "registered": "We cannot tell whether you were registered in time: fill in the day.",
    "award_range": "We cannot tell whether the amount fits: fill it in.",
    "headroom": "We cannot tell whether the limit of assistance leaves room: fill in what you received.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody described, as the rulebook reads it."""

    enterprise: Enterprise
    entry: Entry

    def checks(self, terms: Terms) -> tuple[Check, ...]:
        """Every check of a round, the organisation's first."""
        return eligibility.checks(self.enterprise, terms) + eligibility.entry_checks(self.entry, terms)


@pages.get("/rounds/<ref>/can-you-apply")
@public
def can_you_apply(ref: str) -> ResponseReturnValue:
    """The next question; or, once a check fails or all are answered, what the checks say."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    today = clock.in_london(clock.now()).date()
    terms = call.rules.terms_on(today)
    form = FittingForm.of(call.rules, today, request.args)
    steps, checks = steps_of(terms), list[Check]()
    for step in steps:
        if not step.is_given(request.args) or not form.is_right(step):
            return _ask(call, form, step, steps)
        checks += [check for check in told_in(form).checks(terms) if check.key == step.key]
        if eligibility.failed_checks(checks):
            break
    return _tell(call, form, checks, today)


def told_in(form: FittingForm) -> Told:
    """The organisation and the bid that the answers describe."""
    leads = form.value("one_lead_bid")
    trading, insolvent = form.value("trading"), form.value("solvent")
    return Told(
        Enterprise(
            authority=form.value("place"),
            staff=form.value("staff"),
            turnover_pence=form.value("turnover"),
            assets_pence=form.value("assets"),
            registered_on=form.value("registered_on"),
            legal_form=form.value("legal_form"),
            sector=form.value("sector"),
            is_trading=None if trading is None else trading == "yes",
            is_solvent=None if insolvent is None else insolvent == "no",
        ),
        Entry(
            other_lead_bids=None if leads is None else int(leads == "yes"),
            asked_pence=form.value("asked"),
            received_pence=form.value("received"),
        ),
    )


def title(found: Sequence[Check]) -> str:
    """The finding in one line."""
    if eligibility.failed_checks(found):
        return "This round is not for you"
    return "We cannot tell yet" if eligibility.open_checks(found) else "You can apply"


def said(check: Check) -> tuple[str, str]:
    """One check as a kind of mark and a sentence."""
    if check.met is None:
        return "attn", UNKNOWN[check.key]
    return ("done", MET[check.key]) if check.met else ("stop", FAILED[check.key])


def others(call: Round, told: Told, today: date) -> list[Round]:
    """The other rounds, open or coming, of which no check fails by the same answers."""
    live = [each for each in queries.recent() if each.id != call.id and screen.standing(each).key != "closed"]
    return [each for each in live if _may_fit(each.rules.terms_on(today), call.rules.eligibility, told)]


def _may_fit(terms: Terms, here: Terms, told: Told) -> bool:
    """Whether no check of another round fails. Of another kind or sector than those asked for here, a firm
    may be of one that only the other round takes.
    """
    firm, unknown = told.enterprise, dict[str, None]()
    if firm.legal_form == ANOTHER and set(terms.legal_forms) - set(here.legal_forms):
        unknown["legal_form"] = None
    if firm.sector == ANOTHER and set(terms.sectors) - set(here.sectors):
        unknown["sector"] = None
    there = Told(replace(firm, **unknown), replace(told.entry, other_lead_bids=None))
    return not eligibility.failed_checks(there.checks(terms))


def _ask(call: Round, form: FittingForm, step: Step, steps: Sequence[Step]) -> ResponseReturnValue:
    given = given_in(request.args)
    return render_template(
        "public/fitting_question.html", call=call, step=step, fields=form.of_step(step), form=form,
        kept=[(name, each) for name in given if name not in step.names for each in given[name]],
        number=steps.index(step) + 1, count=len(steps),
    )  # fmt: skip


def _tell(call: Round, form: FittingForm, found: Sequence[Check], today: date) -> ResponseReturnValue:
    failed = next((check for check in found if check.met is False), None)
    return render_template(
        "public/can_you_apply.html", call=call, said=[said(check) for check in found], failed=failed,
        page_title=title(found), standing=screen.standing(call), contact=settings().letter_email,
        may=all(check.met for check in found), answers=_answers(call, form),
        others=others(call, told_in(form), today) if failed else [],
    )  # fmt: skip


def _answers(call: Round, form: FittingForm) -> list[tuple[str, str, str]]:
    """Each answer given: its question, its words, and the address that asks it again."""
    given = given_in(request.args)
    return [(words, answer, _without(call, step, given)) for step, words, answer in form.answered(given)]


def _without(call: Round, step: Step, given: Mapping[str, list[str]]) -> str:
    left: dict[str, Any] = {name: values for name, values in given.items() if name not in step.names}
    return url_for("public.can_you_apply", ref=call.ref, **left)
