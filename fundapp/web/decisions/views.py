"""What the delegate opens and sends."""

from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.queries import decisions as queries
from fundapp.services import approvals, feedback
from fundapp.services import decisions as verbs
from fundapp.web import sessions
from fundapp.web.decisions.forms import DecisionForm
from fundapp.web.decisions.pages import pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked

VERBS = {"decide": verbs.decide, "decline": verbs.decline, "send_back": verbs.send_back}
SAID = {
    "decide": "{} is to be funded.",
    "decline": "{} is not funded; its letter with feedback is being made.",
    "send_back": "{} is back with the board.",
}


def the_bid(reference: str) -> Application | None:
    """The recommended bid an address names."""
    return queries.by_reference(reference)


@pages.get("")
@requires(Permission.DECISION_TAKE)
def index() -> ResponseReturnValue:
    """What waits for a decision, and what was decided lately."""
    after = request.args.get("after", "")
    cursor = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    rows, more = queries.waiting(cursor)
    return render_template(
        "decisions/index.html", rows=rows, more=more, taken=queries.taken() if cursor is None else (),
        now=clock.now(),
    )  # fmt: skip


@pages.get("/<reference>")
@requires(Permission.DECISION_READ, the_bid)
def bid(bid: Application) -> ResponseReturnValue:
    """One recommendation: the board's reason, the ladder, the call-in, the three answers."""
    return _page(bid)


@pages.post("/<reference>")
@requires(Permission.DECISION_TAKE, the_bid, sees=Permission.DECISION_READ)
def decide(bid: Application) -> ResponseReturnValue:
    """Take the decision."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _page(bid, form), 400
    chosen = str(form.decision.data)
    try:
        VERBS[chosen](bid, form.reason.data or "", _me())
    except Blocked as blocked:
        return _page(bid, form, blocked), 409
    flash(SAID[chosen].format(bid.reference), "success")
    return redirect(url_for("decisions.index"))


def _page(bid: Application, form: DecisionForm | None = None, blocked: Blocked | None = None) -> str:
    history = queries.history(bid.id)
    recommended = [each for each in history if each.outcome == "recommend"][-1]
    waits = bid.state == "awaiting_decision"
    return render_template(
        "decisions/bid.html", bid=bid, rules=bid.round.rules, history=history, recommended=recommended,
        results=feedback.results(bid), rung=approvals.rung_of(bid, recommended.amount_pence), waits=waits,
        effective_at=verbs.effective_at(bid) if waits else None, blocked=blocked,
        stops=verbs.blockers(bid, "decide", _me()) if waits else (), form=form or DecisionForm(formdata=None),
    )  # fmt: skip


def _me() -> Person:
    return cast("Person", sessions.person())
