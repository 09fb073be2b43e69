"""One bid in a meeting: its page, its papers, an interest, a vote, the outcome."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.access import held_by
from fundapp.models.meetings import MeetingItem
from fundapp.queries import assessments, bid_files
from fundapp.queries import meetings as queries
from fundapp.services import board as verbs
from fundapp.services import feedback
from fundapp.services.budget import BudgetExceeded
from fundapp.web import attached
from fundapp.web.assess.screen import content_of, parts_of
from fundapp.web.board import screen
from fundapp.web.board.forms import InterestForm, OutcomeForm, VoteForm
from fundapp.web.board.pages import me, pages, the_item
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker
from workflows.rules.quorum import Choice

READ = Permission.MEETING_READ
UNSAID = "Declared in the meeting, not described"
SAID = {
    Choice.FOR: "Your vote for is counted.",
    Choice.AGAINST: "Your vote against is counted.",
    Choice.ABSTAIN: "Your abstention is counted.",
}


@pages.get("/meetings/<int:number>/items/<int:position>")
@requires(READ, the_item)
def item(item: MeetingItem) -> ResponseReturnValue:
    """The bid on one page with its votes; for a member who left the room, only that they did."""
    return _page(item)


@pages.get("/meetings/<int:number>/items/<int:position>/papers")
@requires(Permission.BID_READ, the_item)
def papers(item: MeetingItem) -> ResponseReturnValue:
    """The answers as they were sent in, and what the assessors wrote."""
    bid = item.application
    submission = assessments.latest_submission(bid.id)
    return render_template(
        "board/papers.html", item=item, bid=bid, submission=submission, rules=bid.round.rules,
        parts=parts_of(bid.round.rules, content_of(submission), attached.of_version(submission, _href(item))),
        results=feedback.results(bid),
    )  # fmt: skip


@pages.get("/meetings/<int:number>/items/<int:position>/files/<int:file_id>")
@requires(Permission.BID_READ, the_item)
def file(item: MeetingItem, file_id: int) -> Response:
    """A file that belongs to the papers: one the bid was sent in with."""
    submission = assessments.latest_submission(item.application_id)
    return attached.send(bid_files.of_version(submission, file_id))


@pages.post("/meetings/<int:number>/items/<int:position>/interest")
@requires(Permission.MEETING_DECLARE, the_item, sees=READ)
def declare(item: MeetingItem) -> ResponseReturnValue:
    """Declare an interest in one press; whoever leaves loses sight of the papers at once."""
    form = InterestForm()
    if not form.validate_on_submit():
        return _page(item, interest=form), 400
    leaves = "stays" not in request.form
    said = "Noted for the minutes. You left the room for this item." if leaves else "Noted for the minutes."
    nature = form.nature.data or UNSAID
    return _do(item, lambda: verbs.declare_interest(item, nature, leaves, me()), said, interest=form)


@pages.post("/meetings/<int:number>/items/<int:position>/vote")
@requires(Permission.MEETING_DECLARE, the_item, sees=READ)
def vote(item: MeetingItem) -> ResponseReturnValue:
    """Cast one vote."""
    form = VoteForm()
    if not form.validate_on_submit():
        return _page(item, ballot=form), 400
    choice = Choice(str(form.choice.data))
    return _do(item, lambda: verbs.vote(item, choice, me()), SAID[choice])


@pages.post("/meetings/<int:number>/items/<int:position>/outcome")
@requires(Permission.MEETING_CHAIR, the_item, sees=READ)
def record(item: MeetingItem) -> ResponseReturnValue:
    """Record what the meeting decided; it may be recorded again until the meeting closes."""
    form = OutcomeForm.on(item, sent=True)
    if not form.validate_on_submit():
        return _page(item, outcome=form), 400
    return _do(
        item,
        lambda: verbs.record_outcome(
            item,
            str(form.outcome.data),
            amount_pence=form.amount.data or 0,
            reason=form.reason.data or "",
            conditions=form.conditions() if form.outcome.data == "approve" else [],
            actor=me(),
        ),
        f"Item {item.position} is recorded. It becomes a decision when the meeting is closed.",
        outcome=form,
    )


def _do(item: MeetingItem, verb: Callable[[], object], said: str, **forms: Any) -> ResponseReturnValue:
    """Call one verb; on refusal show the page again with the reasons and what was entered."""
    try:
        verb()
    except Blocked as blocked:
        return _page(item, blocked=blocked, **forms), 409
    except BudgetExceeded as exceeded:
        return _page(item, blocked=Blocked((Blocker("budget", str(exceeded)),)), **forms), 409
    flash(said, "success")
    return redirect(url_for("board.item", number=item.meeting_id, position=item.position))


def _href(item: MeetingItem) -> attached.Href:
    return lambda each: url_for("board.file", number=item.meeting_id, position=item.position, file_id=each.id)


def _page(item: MeetingItem, *, blocked: Blocked | None = None, **forms: Any) -> str:
    held, meeting = held_by(me(), item), item.meeting
    frame = {
        "item": item,
        "meeting": meeting,
        "bid": item.application,
        "agenda": screen.agenda(meeting, me(), item.position),
        "neighbours": screen.neighbours(meeting.items, item.position),
        "purse": screen.purse(meeting),
        "years": screen.years(meeting),
        "blocked": blocked,
    }
    if Permission.BID_READ not in held:
        return render_template("board/left.html", **frame)
    return render_template(
        "board/item.html", **frame, **_about(item), may_chair=Permission.MEETING_CHAIR in held,
        may_declare=Permission.MEETING_DECLARE in held and meeting.state not in verbs.OVER,
        interest=forms.get("interest") or InterestForm(formdata=None),
        outcome=forms.get("outcome") or OutcomeForm.on(item, sent=False),
        problem_form=next((form for form in forms.values() if form.errors), None), now=clock.now(),
    )  # fmt: skip


def _about(item: MeetingItem) -> dict[str, Any]:
    bid = item.application
    year = screen.year_of(item)
    return {
        "place": queries.place_of(bid),
        "totals": queries.totals_of(bid.id),
        "rules": bid.round.rules,
        "ballot": screen.ballot(item, me()),
        "who_decides": screen.who_decides(item),
        "standing": screen.standing(item, me()),
        "year": year.name,
        "year_left": year.left,
    }
