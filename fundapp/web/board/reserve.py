"""The reserve list of a meeting: its bids in their order, one stepped up, or the whole list closed."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.services import reserve as verbs
from fundapp.services.budget import BudgetExceeded
from fundapp.services.votes import recused
from fundapp.web.board import screen
from fundapp.web.board.forms import ReasonForm, StepUpForm
from fundapp.web.board.pages import me, pages, the_item, the_meeting
from fundapp.web.guards import held_here, requires
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker

READ = Permission.MEETING_READ
STEP_UP = Permission.BID_STEP_UP


@pages.get("/meetings/<int:number>/reserve")
@requires(READ, the_meeting)
def reserve(meeting: Meeting) -> ResponseReturnValue:
    """The bids that wait for money, and what there is of it."""
    return _list(meeting, ReasonForm(formdata=None))


@pages.post("/meetings/<int:number>/reserve")
@requires(STEP_UP, the_meeting, sees=READ)
def close_reserve(meeting: Meeting) -> ResponseReturnValue:
    """Close the list: its bids are declined."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _list(meeting, form), 400
    try:
        made = verbs.close(meeting, form.reason.data or "", me())
    except Blocked as blocked:
        return _list(meeting, form, blocked), 409
    what = "One bid is" if len(made) == 1 else f"{len(made)} bids are"
    flash(f"{what} declined, and the letters are being made.", "success")
    return redirect(url_for("board.reserve", number=meeting.id))


@pages.route("/meetings/<int:number>/items/<int:position>/step-up", methods=["GET", "POST"])
@requires(STEP_UP, the_item, sees=READ)
def step_up(item: MeetingItem) -> ResponseReturnValue:
    """What stepping one bid up does, and doing it."""
    form = StepUpForm.on(item, sent=False)
    if form.is_submitted():
        form = StepUpForm.on(item, sent=True)
        return _stepped_up(item, form) if form.validate() else (_one(item, form), 400)
    return _one(item, form)


def _stepped_up(item: MeetingItem, form: StepUpForm) -> ResponseReturnValue:
    try:
        made = verbs.step_up(
            item,
            amount_pence=form.amount.data or 0,
            reason=form.reason.data or "",
            conditions=form.conditions(),
            actor=me(),
        )
    except Blocked as blocked:
        return _one(item, form, blocked), 409
    except BudgetExceeded as exceeded:
        return _one(item, form, Blocked((Blocker("budget", str(exceeded)),))), 409
    done = "is approved" if made.outcome == "approve" else "goes to the delegate for the decision"
    flash(f"{item.application.reference} {done}.", "success")
    return redirect(url_for("board.reserve", number=item.meeting_id))


def _list(meeting: Meeting, form: ReasonForm, blocked: Blocked | None = None) -> str:
    return render_template(
        "board/reserve.html", meeting=meeting, items=verbs.waiting(meeting), form=form, blocked=blocked,
        left_by={item.id for item in meeting.items if me().id in recused(item)},
        may_step_up=STEP_UP in held_here(), purse=screen.purse(meeting), years=screen.years(meeting),
    )  # fmt: skip


def _one(item: MeetingItem, form: StepUpForm, blocked: Blocked | None = None) -> str:
    return render_template(
        "board/step_up.html", item=item, bid=item.application, meeting=item.meeting, form=form,
        blocked=blocked, year=screen.year_of(item), is_waiting=item in verbs.waiting(item.meeting),
        goes_on=screen.goes_on(item),
    )  # fmt: skip
