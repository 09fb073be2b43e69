"""Claims as their own people see and make them: which are due, what one says, and sending it in."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.queries import awards as queries
from fundapp.queries import events, finance, outcomes
from fundapp.reports import payments
from fundapp.services import bank_accounts, claims
from fundapp.web.apply.award.claim_forms import ClaimForm, has_wrong_days
from fundapp.web.apply.pages import me, pages
from fundapp.web.filters import money, uk_date
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.machines import machine_for

OPEN = ("due", "queried")
KINDS = {
    "due": "none",
    "submitted": "wait",
    "queried": "attn",
    "checked": "wait",
    "approved": "wait",
    "in_run": "wait",
    "paid": "done",
    "rejected": "stop",
}


def the_award(reference: str) -> Award | None:
    """The award of the bid an address names, once it may be known."""
    return outcomes.award_of(reference)


@pages.get("/<reference>/claims")
@requires(Permission.CLAIM_SUBMIT, the_award, sees=Permission.BID_FOLLOW)
def claims_of_bid(award: Award) -> ResponseReturnValue:
    """Every claim of the award, the one to make next, and how much of the award is paid."""
    found = queries.claims_of(award.id)
    spent = finance.money_of([award.id]).get(award.id, finance.AwardMoney())
    account = bank_accounts.in_force(award.application.organisation_id)
    return render_template(
        "apply/claims.html", award=award, bid=award.application, claims=found, kinds=KINDS, account=account,
        names={state.key: state.public_name for state in machine_for("claim").states},
        bar=payments.bar(award.amount_pence, award.rate_bp, spent),
        band=_band(award, list(found), spent.paid_pence, has_account=account is not None), open_states=OPEN,
    )  # fmt: skip


@pages.route("/<reference>/claims/<int:number>", methods=["GET", "POST"])
@requires(Permission.CLAIM_SUBMIT, the_award, sees=Permission.BID_FOLLOW)
def claim(award: Award, number: int) -> ResponseReturnValue:
    """The form of a claim that is open; what was sent in of any other."""
    claim = next((each for each in queries.claims_of(award.id) if each.number == number), None)
    if claim is None:
        abort(404)
    if claim.state not in OPEN or award.state != "live":
        return _sent(award, claim) if request.method == "GET" else _to_claims(award)
    form = ClaimForm.of(claim, award)
    if request.method == "GET":
        return _page(award, claim, form)
    if "more" in request.form:
        form.room_for_more(award)
        return _page(award, claim, form)
    if not form.validate() or has_wrong_days(form, award):
        return _page(award, claim, form), 400
    try:
        claims.submit(claim, form.lines(award.application.rd_type), me())
    except Blocked as blocked:
        return _page(award, claim, form, blocked), 409
    flash(f"Claim {claim.number} is sent in. We tell you when it is checked.", "success")
    return _to_claims(award)


def _to_claims(award: Award) -> ResponseReturnValue:
    return redirect(url_for("apply.claims_of_bid", reference=award.application.reference))


def _page(award: Award, claim: Claim, form: ClaimForm, blocked: Blocked | None = None) -> str:
    asked = None
    if claim.state == "queried":
        history = events.of_case("claim", claim.id)
        asked = next((each.said for each in history if each.action == "query" and each.said), None)
    return render_template(
        "apply/claim.html", award=award, bid=award.application, claim=claim, form=form, blocked=blocked,
        mistakes=form.mistakes(), asked=asked, has_errors=bool(form.mistakes() or blocked),
    )  # fmt: skip


def _sent(award: Award, claim: Claim) -> str:
    return render_template(
        "apply/claim_sent.html", award=award, bid=award.application, claim=claim, lines=claim.lines,
        eligible=claims.eligible, total=sum(claims.eligible(line) for line in claim.lines),
        kind=KINDS[claim.state], word=machine_for("claim").state(claim.state).public_name,
    )  # fmt: skip


def _band(award: Award, found: list[Claim], paid: int, *, has_account: bool) -> dict[str, dict[str, str]]:
    """The three answers: what to do next, how it is going, when the money comes."""
    days = award.application.round.terms["promises"]["pay_days"]
    promise = {"text": f"Within {days} days of a claim", "note": "Once your bank details are verified."}
    going = {"text": f"{money(paid)} of {money(award.amount_pence)} paid"}
    return {"next": _next(award, found, has_account=has_account), "going": going, "hear": promise}


def _next(award: Award, found: list[Claim], *, has_account: bool) -> dict[str, str]:
    reference = award.application.reference
    if machine_for("award").state(award.state).final:
        return {"text": "Nothing", "note": "The award has ended, so nothing more can be claimed on it."}
    open_now = [each for each in found if each.state in OPEN]
    asked = next((each for each in open_now if each.state == "queried"), None)
    if asked:
        address = url_for("apply.claim", reference=reference, number=asked.number)
        return {"text": f"Answer our question on claim {asked.number}", "href": address}
    if found and not has_account:
        address = url_for("apply.bank", reference=reference)
        note = "Nothing can be paid before they are verified."
        return {"text": "Enter your bank details", "href": address, "note": note}
    if not open_now:
        note = "Claims open when we start the project with you." if not found else "Every claim is made."
        return {"text": "Nothing", "note": note}
    first = open_now[0]
    address = url_for("apply.claim", reference=reference, number=first.number)
    is_over = first.period_ends_on < clock.in_london(clock.now()).date()
    note = f"For costs paid until {uk_date(first.period_ends_on)}." + (" It is due." if is_over else "")
    return {"text": f"Make claim {first.number}", "href": address, "note": note}
