"""Closing a round later: for everybody, or for one bid, each with its reason."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.funds import Round
from fundapp.queries import extensions, outages, progress
from fundapp.queries.outages import Proposal
from fundapp.services import extending
from fundapp.web.fields import LineField, LondonDateField, LongTextField, TimeField
from fundapp.web.guards import held_here, requires
from fundapp.web.office.pages import me, pages
from fundapp.web.office.progress import empty_tally, tallies
from fundapp.web.office.subjects import the_round_with_budget
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules import schedule

LIST = Permission.BID_LIST


class LaterForm(FlaskForm):  # type: ignore[misc]
    """A later instant in UK time, and why."""

    day = LondonDateField("On which day?", hint="For example, 19 12 2026", required="Enter the day")
    time = TimeField("At what time?", hint="UK time, for example 12:00", required="Enter the time")
    reason = LongTextField(
        "Why?",
        hint="Everybody can read this on the round’s page.",
        required="Write the reason",
        rows=3,
        most=2_000,
    )
    at: datetime

    def validate(self, extra_validators: Any = None) -> bool:
        """Both parts make one instant; one that the clock change skips or doubles is refused."""
        if not super().validate(extra_validators) or self.day.data is None or self.time.data is None:
            return False
        try:
            self.at = schedule.instant(datetime.combine(self.day.data, self.time.data))
        except ValueError as error:
            self.time.errors = [str(error)]
            return False
        return True


class OneLaterForm(LaterForm):
    """The same for one bid, named by its reference; its fields wear a prefix of their own on the page."""

    reference = LineField(
        "Which bid?", hint="Its reference, for example FIF7-0012", required="Enter its reference"
    )
    reason = LongTextField(
        "Why?", hint="This stays in the office.", required="Write the reason", rows=3, most=2_000
    )


@pages.get("/rounds/<ref>/deadline")
@requires(LIST, the_round_with_budget)
def deadline(call: Round) -> ResponseReturnValue:
    """When the round closes, every time that was moved, and the two ways to move it."""
    return _page(call)


@pages.post("/rounds/<ref>/deadline")
@requires(Permission.ROUND_PUBLISH, the_round_with_budget, sees=LIST)
def extend_round(call: Round) -> ResponseReturnValue:
    """Close the round later for everybody."""
    form = LaterForm()
    if not form.validate_on_submit():
        return _page(call, form), 400
    try:
        extending.for_all(call, form.at, form.reason.data or "", me())
    except Blocked as blocked:
        return _page(call, form, blocked=blocked), 409
    flash(
        f"The round closes at {schedule.in_words(form.at)}. Everybody with a bid and its followers are told.",
        "success",
    )
    return redirect(url_for("office.deadline", ref=call.ref))


@pages.post("/rounds/<ref>/deadline/one")
@requires(Permission.BID_ACCEPT_LATE, the_round_with_budget, sees=LIST)
def extend_bid(call: Round) -> ResponseReturnValue:
    """Give one bid a later close of its own."""
    form = OneLaterForm(prefix="one")
    valid = form.validate_on_submit()
    bid = extensions.bid_of_round(call.id, form.reference.data or "") if valid else None
    if valid and bid is None:
        form.reference.errors = ["No bid of this round has this reference"]
    if bid is None:
        return _page(call, one=form), 400
    try:
        extending.for_one(bid, form.at, form.reason.data or "", me())
    except Blocked as blocked:
        return _page(call, one=form, blocked=blocked), 409
    flash(
        f"{bid.reference} can be sent in until {schedule.in_words(form.at)}. Its people are told.", "success"
    )
    return redirect(url_for("office.deadline", ref=call.ref))


def form_of(proposal: Proposal) -> LaterForm:
    """What accepts a proposal in one press: the instant, and a reason that may still be changed."""
    to = schedule.local(proposal.to)
    return LaterForm(formdata=None, day=to.date(), time=to.time(), reason=proposal.reason)


def _page(
    call: Round, every: LaterForm | None = None, one: LaterForm | None = None, blocked: Blocked | None = None
) -> str:
    tally = tallies(progress.counts([call.id])).get(call.id, empty_tally())
    proposal = outages.proposals([call]).get(call.id) if tally.is_untouched else None
    usual = schedule.local(call.closes_at).time() if call.closes_at else None
    held = held_here()
    return render_template(
        "office/deadline.html", call=call, made=extensions.of_round(call.id), proposal=proposal,
        form=every or (form_of(proposal) if proposal else LaterForm(formdata=None, time=usual)),
        one=one or OneLaterForm(formdata=None, prefix="one", time=usual),
        sent=one if one is not None else every, blocked=blocked,
        may_extend=Permission.ROUND_PUBLISH in held, may_extend_one=Permission.BID_ACCEPT_LATE in held,
    )  # fmt: skip
