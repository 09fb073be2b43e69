"""Can you apply? A few questions for anybody, answered by the checks every bid meets; nothing is kept."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.installed import settings
from fundapp.queries import rounds as queries
from fundapp.web.fields import LondonDateField, MoneyField, OneOfField, WholeNumberField
from fundapp.web.guards import public
from fundapp.web.public import screen
from fundapp.web.public.pages import pages
from workflows.funds.pinned import Pinned
from workflows.rules import eligibility
from workflows.rules.eligibility import Check, Enterprise

ELSEWHERE = "elsewhere"
ANOTHER = "another"
IF_NOT_KNOWN = "Leave it empty if you do not know"
MET = {
    "place": "You work in one of the six districts.",
    "size": "You are small enough for this fund.",
    "registered": "You were registered in time.",
    "legal_form": "You are a kind of organisation this fund supports.",
}
FAILED = {
    "place": "This fund is for organisations that work in the six districts.",
    "size": "You are larger than this fund is for, your whole group counted.",
    "registered": "You were registered after the day this round asks for.",
    "legal_form": "This fund does not support your kind of organisation.",
}
UNKNOWN = {
    "size": "We cannot tell your size yet: fill in the figures you left empty.",
    "registered": "We cannot tell whether you were registered in time: fill in the day.",
}


class FittingForm(FlaskForm):  # type: ignore[misc]
    """What the checks of a round ask, and nothing else; a question the round does not ask is taken out."""

    place = OneOfField("Where do you work, or do most of your work?", required="Choose where you work")
    legal_form = OneOfField("What kind of organisation are you?", required="Choose a kind of organisation")
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

    @classmethod
    def of(cls, rules: Pinned, given: Any) -> "FittingForm":
        """The form of this round, filled from the address."""
        form = cls(formdata=given, meta={"csrf": False})
        form.place.choices = [(place.key, place.name) for place in rules.authorities]
        form.place.choices.append((ELSEWHERE, "None of these"))
        forms = rules.eligibility.legal_forms
        form.legal_form.choices = [(each, each.replace("_", " ").capitalize()) for each in forms]
        form.legal_form.choices.append((ANOTHER, "Another kind"))
        if not forms:
            del form.legal_form
        if rules.eligibility.size_test is None:
            del form.staff, form.turnover, form.assets
        if rules.eligibility.registered_by is None:
            del form.registered_on
        return form

    def enterprise(self) -> Enterprise:
        """The organisation somebody described."""
        told = self.data
        return Enterprise(
            authority=told["place"],
            staff=told.get("staff"),
            turnover_pence=told.get("turnover"),
            assets_pence=told.get("assets"),
            registered_on=told.get("registered_on"),
            legal_form=told.get("legal_form"),
        )


@pages.get("/rounds/<ref>/can-you-apply")
@public
def can_you_apply(ref: str) -> ResponseReturnValue:
    """The questions and, once they are answered, what the checks say and where to go from here."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    rules = call.rules
    form = FittingForm.of(rules, request.args)
    answered = bool(request.args) and form.validate()
    found = eligibility.checks(form.enterprise(), rules.eligibility) if answered else ()
    return render_template(
        "public/can_you_apply.html", call=call, form=form, said=[said(check) for check in found],
        page_title=title(found), standing=screen.standing(call), contact=settings().letter_email,
        may=bool(found) and all(check.met for check in found),
    )  # fmt: skip


def title(found: Sequence[Check]) -> str:
    """The finding in one line; the question itself while nothing is answered."""
    if not found:
        return "Can you apply?"
    failed = len(eligibility.failed_checks(found))
    if failed:
        return "This round is not for you, for one reason" if failed == 1 else "This round is not for you"
    return "We cannot tell yet" if eligibility.open_checks(found) else "You can apply"


def said(check: Check) -> tuple[str, str]:
    """One check as a kind of mark and a sentence."""
    if check.met is None:
        return "attn", UNKNOWN[check.key]
    return ("done", MET[check.key]) if check.met else ("stop", FAILED[check.key])
