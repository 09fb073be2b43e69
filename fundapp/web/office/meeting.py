"""Planning a meeting of the board on a round's ranked list: when, who sits, which bids, in which order."""

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.access import held_by
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.queries import meetings as queries
from fundapp.services import board as verbs
from fundapp.web.guards import requires
from fundapp.web.office.meeting_forms import PlanForm
from fundapp.web.office.pages import me, pages
from fundapp.web.office.subjects import the_round
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules import schedule


@pages.get("/rounds/<ref>/meeting")
@requires(Permission.BID_LIST, the_round)
def meeting(call: Round) -> ResponseReturnValue:
    """The form, with the ranked list ticked and the board's usual quorum."""
    people, bids = queries.board_members(), queries.candidates(call.id)
    return _page(call, PlanForm.offering(call, people, bids, sent=False), bids)


@pages.post("/rounds/<ref>/meeting")
@requires(Permission.MEETING_PLAN, the_round, sees=Permission.BID_LIST)
def plan_meeting(call: Round) -> ResponseReturnValue:
    """Plan it: the bids ticked are put to the board in the order of their rank."""
    people, bids = queries.board_members(), queries.candidates(call.id)
    form = PlanForm.offering(call, people, bids, sent=True)
    meets_at = _instant(form) if form.validate_on_submit() else None
    if meets_at is None:
        return _page(call, form, bids), 400
    wanted, seats = set(form.bids.data or ()), {*(form.members.data or ()), form.chair.data}
    try:
        planned = verbs.plan_meeting(
            call,
            title=form.title.data or "",
            meets_at=meets_at,
            quorum=form.quorum.data or 1,
            members=[each for each in people if str(each.id) in seats],
            chair=next(each for each in people if str(each.id) == form.chair.data),
            bids=[each for each in bids if each.reference in wanted],
            actor=me(),
        )
    except Blocked as blocked:
        return _page(call, form, bids, blocked), 409
    flash(f"{planned.title} is planned. Look at its list, then issue the papers.", "success")
    return redirect(url_for("board.meeting", number=planned.id))


def _instant(form: PlanForm) -> datetime | None:
    """When the meeting begins; a moment that does not exist, or has passed, is a mistake beside its field."""
    if form.day.data is None or form.time.data is None:
        return None
    try:
        meets_at = schedule.instant(datetime.combine(form.day.data, form.time.data))
    except ValueError as mistake:
        form.time.errors = [str(mistake)]
        return None
    if meets_at < clock.now():
        form.day.errors = ["This moment has passed: enter one that is still to come"]
        return None
    return meets_at


def _page(call: Round, form: PlanForm, bids: Sequence[Application], blocked: Blocked | None = None) -> str:
    return render_template(
        "office/meeting.html", call=call, form=form, bids=bids, blocked=blocked,
        planned=queries.coming(call.id), ticked=set(form.bids.data or ()), most=queries.MOST_ON_A_LIST,
        has_errors=bool(form.errors or blocked), may_plan=Permission.MEETING_PLAN in held_by(me()),
    )  # fmt: skip
