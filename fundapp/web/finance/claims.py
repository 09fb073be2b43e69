"""Claims: the list, one claim with its lines, and checking, asking, approving and rejecting it."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.claims import Claim
from fundapp.queries import claims as queries
from fundapp.queries import events
from fundapp.queries.finance import OURS
from fundapp.queries.parts import parts_of
from fundapp.services import claims
from fundapp.web.filters import exact_money
from fundapp.web.finance.forms import AskForm, CheckForm, ReasonForm
from fundapp.web.finance.pages import doors, me, number_in, pages, the_claim
from fundapp.web.finance.words import CLAIM_KINDS
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.machines import machine_for

LIST = Permission.CLAIM_LIST
SOME_REASON = "a reason"
STEPS = ("check", "query", "approve", "reject")


@pages.get("/claims")
@requires(LIST)
def list_claims() -> ResponseReturnValue:
    """Claims that were made, newest first, or those in one state."""
    states = [(state.key, state.staff_name) for state in machine_for("claim").states]
    wanted = request.args.get("state", "")
    state = wanted if wanted in dict(states) else None
    page = queries.in_state(state, number_in(request.args.get("after")))
    older = url_for("finance.list_claims", state=state, after=page.older) if page.older else ""
    return render_template(
        "finance/claims.html", page=page, states=states, names=dict(states), chosen=state, older=older,
        kinds=CLAIM_KINDS, now=clock.now(), ours=OURS,
    )  # fmt: skip


@pages.get("/claims/<int:number>")
@requires(LIST, the_claim)
def claim(claim: Claim) -> ResponseReturnValue:
    """The claim's lines with what was paid and when, what it comes to, and what can be done with it."""
    return _page(claim)


@pages.post("/claims/<int:number>/check")
@requires(Permission.CLAIM_CHECK, the_claim, sees=LIST)
def check(claim: Claim) -> ResponseReturnValue:
    """Approve each line whole or in part."""
    form = CheckForm.of(claim.lines)
    if not form.validate_on_submit():
        return _page(claim, checking=form), 400
    wanted = form.reductions(claim.lines)
    return _do(claim, lambda: claims.check(claim, wanted, me()), "checked", checking=form)


@pages.post("/claims/<int:number>/query")
@requires(Permission.CLAIM_CHECK, the_claim, sees=LIST)
def query(claim: Claim) -> ResponseReturnValue:
    """Ask the organisation a question."""
    form = AskForm()
    if not form.validate_on_submit():
        return _page(claim, asking=form), 400
    return _do(
        claim,
        lambda: claims.query(claim, form.question.data or "", me()),
        "with the organisation",
        asking=form,
    )


@pages.post("/claims/<int:number>/approve")
@requires(Permission.CLAIM_APPROVE, the_claim, sees=LIST)
def approve(claim: Claim) -> ResponseReturnValue:
    """Make it payable."""
    return _do(claim, lambda: claims.approve(claim, me()), "approved, and waits for a payment run")


@pages.post("/claims/<int:number>/reject")
@requires(Permission.CLAIM_APPROVE, the_claim, sees=LIST)
def reject(claim: Claim) -> ResponseReturnValue:
    """Turn it down, with the reason the organisation reads."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(claim, reason=form), 400
    return _do(claim, lambda: claims.reject(claim, form.reason.data or "", me()), "rejected", reason=form)


def _do(
    claim: Claim, verb: Callable[[], object], said: str, **forms: CheckForm | AskForm | ReasonForm
) -> ResponseReturnValue:
    """Call one verb; on refusal show the page again with the reasons and what was typed."""
    try:
        verb()
    except Blocked as blocked:
        return _page(claim, blocked, **forms), 409
    flash(f"Claim {claim.number} of {claim.award.reference} is {said}.", "success")
    return redirect(url_for("finance.claim", number=claim.id))


def _page(claim: Claim, blocked: Blocked | None = None, **forms: CheckForm | AskForm | ReasonForm) -> str:
    machine = machine_for("claim")
    facts = {
        "parts": parts_of(claim.award.application_id),
        "gaps": (),
        "reason": SOME_REASON,
        "award_left_pence": claims.award_left(claim),
    }
    open_doors = doors(claim, STEPS, facts)
    return render_template(
        "finance/claim.html", claim=claim, award=claim.award, firm=claim.award.application.organisation,
        state=machine.state(claim.state), kind=CLAIM_KINDS[claim.state], doors=open_doors,
        checking=forms.get("checking") or CheckForm.of(claim.lines), asking=forms.get("asking") or AskForm(),
        reason=forms.get("reason") or ReasonForm(), eligible=claims.eligible, left=facts["award_left_pence"],
        events=events.of_case("claim", claim.id), names=_names(), blocked=blocked, page_title=_finding(claim),
        problem_form=next((form for form in forms.values() if form.errors), None),
        cost=sum(claims.eligible(line) for line in claim.lines),
        approved=sum(line.approved_pence for line in claim.lines), now=clock.now(),
    )  # fmt: skip


def _finding(claim: Claim) -> str:
    """What the claim has come to so far."""
    cost = sum(claims.eligible(line) for line in claim.lines)
    match claim.state:
        case "due":
            return f"Claim {claim.number} has not been made yet"
        case "submitted" | "queried":
            return f"Claim {claim.number}: {exact_money(cost)} of cost to check"
        case "rejected":
            return f"Claim {claim.number} was rejected"
        case "paid":
            return f"{exact_money(claim.payable_pence)} paid on claim {claim.number}"
    return f"{exact_money(claim.payable_pence)} payable on claim {claim.number}"


def _names() -> dict[str, str]:
    machine = machine_for("claim")
    words = {state.key: state.staff_name for state in machine.states}
    return words | {step.action: step.label for step in machine.transitions} | {"open": "Claim opened"}
