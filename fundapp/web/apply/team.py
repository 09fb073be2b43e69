"""The team of a bid: who takes part, asking somebody in, other parts, and handing over the lead."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import teams as queries
from fundapp.services import teams
from fundapp.services.tries import TooManyTries
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.apply.forms import InviteForm
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.team import COLLEAGUES, MEANINGS, NAMES, Part

MAY_LEAD = Permission.BID_TEAM
MAY_SEE = Permission.BID_FOLLOW


@pages.get("/<reference>/team")
@requires(MAY_SEE, own)
def team(bid: Application) -> ResponseReturnValue:
    """Who takes part, who is asked to, and what the lead may do about it."""
    return _page(bid, InviteForm(part=Part.WRITER.value))


@pages.post("/<reference>/team/invite")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def invite(bid: Application) -> ResponseReturnValue:
    """Ask somebody in by mail."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(bid, form), 400
    try:
        teams.invite(bid, form.email.data or "", Part(form.part.data), me())
    except Blocked as blocked:
        form.email.errors = [f"{each.reason} {each.remedy}".strip() for each in blocked.blockers]
        return _page(bid, form), 409
    except TooManyTries as wait:
        form.email.errors = [wait_in_words(wait)]
        return _page(bid, form), 429
    return _done(bid, f"We have sent an invitation to {form.email.data}.")


@pages.post("/<reference>/team/invitations/<int:link_id>/stop")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def stop_invitation(bid: Application, link_id: int) -> ResponseReturnValue:
    """Make an invitation worthless."""
    return _try(bid, lambda: teams.stop_invitation(bid, link_id, me()), "The invitation no longer works.")


@pages.post("/<reference>/team/<int:person_id>/part")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def change_part(bid: Application, person_id: int) -> ResponseReturnValue:
    """Give somebody another part."""
    sent = request.form.get("part", "")
    part = Part(sent) if sent in COLLEAGUES else abort(400)
    return _try(bid, lambda: teams.change_part(bid, person_id, part, me()), "Their part is changed.")


@pages.post("/<reference>/team/<int:person_id>/remove")
@requires(MAY_SEE, own)
def remove(bid: Application, person_id: int) -> ResponseReturnValue:
    """End somebody's part, or one's own."""
    if person_id != me().id:
        return _try(bid, lambda: teams.remove(bid, person_id, me()), "They no longer take part in this bid.")
    try:
        teams.remove(bid, person_id, me())
    except Blocked as blocked:
        return _refused(bid, blocked)
    flash("You no longer take part in that bid.", "success")
    return redirect(url_for("apply.index"))


@pages.post("/<reference>/team/<int:person_id>/lead")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def offer_lead(bid: Application, person_id: int) -> ResponseReturnValue:
    """Offer the lead to one of the team."""
    said = "You lead the bid until they have said yes. We have written to them."
    return _try(bid, lambda: teams.offer_lead(bid, person_id, me()), said)


@pages.post("/<reference>/team/lead/take")
@requires(MAY_SEE, own)
def take_lead(bid: Application) -> ResponseReturnValue:
    """Take the lead that was offered."""
    return _try(bid, lambda: teams.answer_offer(bid, me(), takes=True), "You lead this bid now.")


@pages.post("/<reference>/team/lead/refuse")
@requires(MAY_SEE, own)
def refuse_lead(bid: Application) -> ResponseReturnValue:
    """Leave the lead where it is."""
    return _try(bid, lambda: teams.answer_offer(bid, me(), takes=False), "The lead stays where it is.")


@pages.post("/<reference>/team/lead/take-back")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def take_back_lead(bid: Application) -> ResponseReturnValue:
    """End one's own offer of the lead."""
    return _try(bid, lambda: teams.take_back_offer(bid, me()), "You go on leading this bid.")


def _try(bid: Application, verb: Callable[[], None], said: str) -> ResponseReturnValue:
    try:
        verb()
    except Blocked as blocked:
        return _refused(bid, blocked)
    return _done(bid, said)


def _refused(bid: Application, blocked: Blocked) -> ResponseReturnValue:
    flash(" ".join(f"{each.reason} {each.remedy}".strip() for each in blocked.blockers))
    return redirect(url_for("apply.team", reference=bid.reference))


def _done(bid: Application, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("apply.team", reference=bid.reference))


def _page(bid: Application, form: InviteForm) -> str:
    return render_template(
        "apply/team.html",
        bid=bid,
        form=form,
        members=queries.team_of(bid),
        invitations=queries.invitations_of(bid.id),
        offer=queries.open_offer(bid.id),
        names=NAMES,
        parts={part: MEANINGS[part] for part in COLLEAGUES},
        me=me(),
        has_errors=bool(form.errors),
    )
