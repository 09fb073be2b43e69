"""The steps between an approval and an accepted offer: the confirmation the law asks for, then yes or no."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.awards import Award
from fundapp.queries import letters as letter_queries
from fundapp.queries import outcomes
from fundapp.services import award_endings
from fundapp.services import awards as verbs
from fundapp.web.apply.award.award_forms import AcceptForm, ConfirmForm, DeclineForm, StepBackForm
from fundapp.web.apply.pages import me, pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules import subsidy


def the_award(reference: str) -> Award | None:
    """The award of the bid an address names, once it may be known."""
    return outcomes.award_of(reference)


@pages.get("/<reference>/confirm")
@requires(Permission.AWARD_CONFIRM, the_award, sees=Permission.BID_FOLLOW)
def confirm(award: Award) -> ResponseReturnValue:
    """The list of public money received, with the limit and the window in words."""
    if _is_confirmed(award):
        return _to_outcome(award)
    return _confirming(award, ConfirmForm())


@pages.post("/<reference>/confirm")
@requires(Permission.AWARD_CONFIRM, the_award, sees=Permission.BID_FOLLOW)
def send_confirmation(award: Award) -> ResponseReturnValue:
    """Keep the confirmation; over the limit it is refused with the sum in words."""
    if _is_confirmed(award):
        return _to_outcome(award)
    form = ConfirmForm()
    if "more" in request.form:
        form.room_for_more()
        return _confirming(award, form)
    if not form.validate_on_submit():
        return _confirming(award, form), 400
    try:
        verbs.confirm_subsidy(award, form.assistance(), me())
    except Blocked as blocked:
        return _confirming(award, form, blocked), 409
    flash("Thank you. Your confirmation is kept, and we prepare your offer letter.", "success")
    return _to_outcome(award)


@pages.get("/<reference>/accept")
@requires(Permission.AWARD_ACCEPT, the_award, sees=Permission.BID_FOLLOW)
def accept(award: Award) -> ResponseReturnValue:
    """The offer's facts, and the tick and name that accept it."""
    if award.state != "offered":
        return _to_outcome(award)
    return _accepting(award)


@pages.post("/<reference>/accept")
@requires(Permission.AWARD_ACCEPT, the_award, sees=Permission.BID_FOLLOW)
def send_acceptance(award: Award) -> ResponseReturnValue:
    """Accept, for exactly the letter that was on the page."""
    form = AcceptForm()
    if not form.validate_on_submit() or not form.sign_for(award):
        return _accepting(award, form), 400
    try:
        verbs.accept(award, form.name.data or "", me(), code=request.form.get("letter", ""))
    except Blocked as blocked:
        return _accepting(award, form, blocked=blocked), 409
    flash("Thank you. Your acceptance is kept with the letter’s fingerprint.", "success")
    return _to_outcome(award)


@pages.post("/<reference>/decline")
@requires(Permission.AWARD_ACCEPT, the_award, sees=Permission.BID_FOLLOW)
def send_refusal(award: Award) -> ResponseReturnValue:
    """Turn the offer down."""
    form = DeclineForm()
    if not form.validate_on_submit():
        return _accepting(award, declining=form), 400
    try:
        verbs.decline(award, me())
    except Blocked as blocked:
        return _accepting(award, declining=form, blocked=blocked), 409
    flash("You have declined the offer.")
    return _to_outcome(award)


@pages.route("/<reference>/step-back", methods=["GET", "POST"])
@requires(Permission.AWARD_CONFIRM, the_award, sees=Permission.BID_FOLLOW)
def step_back(award: Award) -> ResponseReturnValue:
    """Give the award up before its offer, after asking once more."""
    if award.state != "subsidy_check":
        return _to_outcome(award)
    form = StepBackForm()
    if not form.validate_on_submit():
        page = render_template("apply/step_back.html", award=award, bid=award.application, form=form)
        return (page, 400) if form.is_submitted() else page
    try:
        award_endings.step_back(award, me())
    except Blocked as blocked:
        page = render_template(
            "apply/step_back.html", award=award, bid=award.application, form=form, blocked=blocked
        )
        return page, 409
    flash("You have stepped back, and the bid is withdrawn. Thank you for telling us.", "success")
    return redirect(url_for("apply.bid", reference=award.application.reference))


def _is_confirmed(award: Award) -> bool:
    return award.state != "subsidy_check" or award.subsidy_confirmed_at is not None


def _confirming(award: Award, form: ConfirmForm, blocked: Blocked | None = None) -> str:
    today = clock.in_london(clock.now()).date()
    return render_template(
        "apply/confirm.html", award=award, bid=award.application, form=form, blocked=blocked,
        limit=verbs.mfa_limit(award, today), window_from=subsidy.window_start(today),
        has_errors=bool(form.errors or blocked),
    )  # fmt: skip


def _accepting(
    award: Award,
    form: AcceptForm | None = None,
    *,
    declining: DeclineForm | None = None,
    blocked: Blocked | None = None,
) -> str:
    return render_template(
        "apply/accept.html", award=award, bid=award.application, form=form or AcceptForm(formdata=None),
        declining=declining or DeclineForm(formdata=None), blocked=blocked,
        letter=letter_queries.offer_letter(award.id), stops=verbs.accept_blockers(award, me()),
        problem_form=next((each for each in (form, declining) if each and each.errors), None),
    )  # fmt: skip


def _to_outcome(award: Award) -> ResponseReturnValue:
    return redirect(url_for("apply.outcome", reference=award.application.reference))
