"""Asking an applicant about a bid that is being checked, and going on without an answer."""

from datetime import date
from typing import cast

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.services import clarifications as verbs
from fundapp.web.filters import uk_date
from fundapp.web.guards import requires
from fundapp.web.office.bid import ask_form, show
from fundapp.web.office.forms import ReasonForm
from fundapp.web.office.pages import me, pages
from fundapp.web.office.subjects import the_bid
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules.schedule import end_of_day

LIST = Permission.BID_LIST


@pages.post("/bids/<ref>/ask")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def ask(bid: Application) -> ResponseReturnValue:
    """Open the ticked questions again, until the end of a day."""
    form = ask_form(bid)
    if not form.validate_on_submit():
        return show(bid, asking=form), 400
    due_on = cast("date", form.due_on.data)
    try:
        verbs.ask(
            bid, me(), questions=form.questions.data or (), due_at=end_of_day(due_on),
            reason=form.unclear.data or "",
        )  # fmt: skip
    except Blocked as blocked:
        return show(bid, blocked=blocked, asking=form), 409
    flash(f"{bid.organisation.name} is asked, and may answer until {uk_date(due_on)}.", "success")
    return redirect(url_for("office.bid", ref=bid.reference))


@pages.post("/bids/<ref>/stop-waiting")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def stop_waiting(bid: Application) -> ResponseReturnValue:
    """Go on checking with what there is."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return show(bid, reason=form), 400
    try:
        verbs.stop_waiting(bid, me(), reason=form.reason.data or "")
    except Blocked as blocked:
        return show(bid, blocked=blocked, reason=form), 409
    flash(f"{bid.reference} is being checked again; the applicant has been told.", "success")
    return redirect(url_for("office.bid", ref=bid.reference))
