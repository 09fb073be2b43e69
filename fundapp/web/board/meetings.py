"""The board's meetings: which come next, one of them with its list, and the acts that carry it along."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp import clock
from fundapp.access import held_by
from fundapp.models.meetings import Meeting
from fundapp.queries import meetings as queries
from fundapp.services import board as verbs
from fundapp.services import casework, reserve
from fundapp.services.votes import count_votes
from fundapp.web.board import screen
from fundapp.web.board.forms import OpenForm, ReasonForm
from fundapp.web.board.pages import me, pages, the_meeting
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker
from workflows.meetings import MACHINE

READ = Permission.MEETING_READ
SHAKEN = "Item {} is no longer carried: somebody left the room after the vote."
NAMES = {state.key: state.staff_name for state in MACHINE.states}


@pages.get("")
@requires(READ)
def index() -> ResponseReturnValue:
    """The meetings to come and those that are over."""
    after = request.args.get("after", "")
    cursor = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    past, older = queries.over(cursor)
    return render_template(
        "board/index.html", coming=queries.coming() if cursor is None else (), past=past, older=older,
        names=NAMES, kinds=screen.KINDS, now=clock.now(), is_first=cursor is None,
    )  # fmt: skip


@pages.get("/interests")
@requires(Permission.MEETING_DECLARE)
def interests() -> ResponseReturnValue:
    """What this member declared, meeting by meeting."""
    return render_template("board/interests.html", interests=queries.interests_of(me().id))


@pages.get("/meetings/<int:number>")
@requires(READ, the_meeting)
def meeting(meeting: Meeting) -> ResponseReturnValue:
    """One meeting: its list with the money, and what can be done with it now."""
    return _page(meeting)


@pages.post("/meetings/<int:number>/papers")
@requires(Permission.MEETING_PLAN, the_meeting, sees=READ)
def issue_papers(meeting: Meeting) -> ResponseReturnValue:
    """Send the papers out."""
    return _do(meeting, lambda: verbs.issue_papers(meeting, me()), "The papers are out; members are told.")


@pages.post("/meetings/<int:number>/open")
@requires(Permission.MEETING_CHAIR, the_meeting, sees=READ)
def open_session(meeting: Meeting) -> ResponseReturnValue:
    """Open the sitting with the members who are there."""
    form = OpenForm.of(meeting, sent=True)
    if not form.validate_on_submit():
        return _page(meeting, opening=form), 400
    there = set(form.present.data or ())
    present = [each.person for each in meeting.members if str(each.person_id) in there]
    return _do(
        meeting,
        lambda: verbs.open_session(meeting, present, me()),
        "The meeting is in session. Declarations of interest come first.",
        opening=form,
    )


@pages.get("/meetings/<int:number>/close")
@requires(Permission.MEETING_CLOSE, the_meeting, sees=READ)
def closing(meeting: Meeting) -> ResponseReturnValue:
    """What closing the meeting will do, before anybody presses."""
    return _closing(meeting)


@pages.post("/meetings/<int:number>/close")
@requires(Permission.MEETING_CLOSE, the_meeting, sees=READ)
def close(meeting: Meeting) -> ResponseReturnValue:
    """Close it: every outcome becomes a decision."""
    try:
        made = verbs.close(meeting, me())
    except Blocked as blocked:
        return _closing(meeting, blocked), 409
    flash(f"The meeting is closed and {len(made)} decisions are made.", "success")
    return redirect(url_for("board.meeting", number=meeting.id))


@pages.post("/meetings/<int:number>/sign")
@requires(Permission.MEETING_CHAIR, the_meeting, sees=READ)
def sign(meeting: Meeting) -> ResponseReturnValue:
    """Sign the minutes."""
    return _do(meeting, lambda: verbs.sign_minutes(meeting, me()), "The minutes are signed.")


@pages.post("/meetings/<int:number>/abandon")
@requires(Permission.MEETING_CLOSE, the_meeting, sees=READ)
def abandon(meeting: Meeting) -> ResponseReturnValue:
    """Abandon it: what it held goes back."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(meeting, abandoning=form), 400
    return _do(
        meeting,
        lambda: verbs.abandon(meeting, form.reason.data or "", me()),
        "The meeting is abandoned and every amount it held is free again.",
        abandoning=form,
    )


def _do(meeting: Meeting, verb: Callable[[], object], said: str, **forms: Any) -> ResponseReturnValue:
    """Call one verb; on refusal show the page again with the reasons and what was entered."""
    try:
        verb()
    except Blocked as blocked:
        return _page(meeting, blocked=blocked, **forms), 409
    flash(said, "success")
    return redirect(url_for("board.meeting", number=meeting.id))


def _page(meeting: Meeting, *, blocked: Blocked | None = None, **forms: Any) -> str:
    held = held_by(me(), meeting)
    undecided = [item for item in meeting.items if item.outcome is None]
    return render_template(
        "board/meeting.html", meeting=meeting, name=NAMES[meeting.state], kind=screen.KINDS[meeting.state],
        agenda=screen.agenda(meeting, me()), purse=screen.purse(meeting), years=screen.years(meeting),
        short=screen.short(meeting),
        present=sum(each.is_present for each in meeting.members), undecided=undecided, blocked=blocked,
        following=next(iter(undecided), None), rules=meeting.round.rules,
        awaiting=[item for item in meeting.items if screen.awaits(item, me())],
        opening=forms.get("opening") or OpenForm.of(meeting, sent=False),
        abandoning=forms.get("abandoning") or ReasonForm(formdata=None),
        problem_form=next((form for form in forms.values() if form.errors), None),
        may={name: permission in held for name, permission in _MAY.items()},
        in_reserve=len(reserve.waiting(meeting)),
        seat=next((each for each in meeting.members if each.person_id == me().id), None), now=clock.now(),
    )  # fmt: skip


_MAY = {
    "plan": Permission.MEETING_PLAN,
    "chair": Permission.MEETING_CHAIR,
    "close": Permission.MEETING_CLOSE,
    "declare": Permission.MEETING_DECLARE,
}


def _closing(meeting: Meeting, blocked: Blocked | None = None) -> str:
    groups = {
        outcome: [item for item in meeting.items if item.outcome == outcome] for outcome in verbs.OUTCOMES
    }
    return render_template(
        "board/close.html", meeting=meeting, groups=groups, form=FlaskForm(), blocked=blocked,
        recommends=[item for item in groups["approve"] if screen.goes_on(item)],
        stops=_stops(meeting), release_at=meeting.round.release_at,
    )  # fmt: skip


def _stops(meeting: Meeting) -> list[Blocker]:
    """What keeps the meeting from being closed now: the rulebook's reasons, and outcomes no vote carries."""
    undecided = sum(item.outcome is None for item in meeting.items)
    shaken = [
        item
        for item in meeting.items
        if item.outcome not in (None, "defer") and not count_votes(item).carried
    ]
    return [
        *casework.blockers(meeting, "close", me(), {"items_undecided": undecided}),
        *(Blocker("not_carried", SHAKEN.format(item.position), "Defer it.") for item in shaken),
    ]
