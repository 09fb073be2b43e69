"""The partner organisations of a bid: who they are, what their part costs, asking one in, taking one out."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.services import costs, partners
from fundapp.services.tries import TooManyTries
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.apply.forms import PartnerForm
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds.costing import funding_of
from workflows.machine import Blocked
from workflows.rules.funding import Part

MAY_LEAD = Permission.BID_TEAM
MAY_SEE = Permission.BID_FOLLOW


@pages.route("/<reference>/partners", methods=["GET"])
@requires(MAY_SEE, own)
def partners_of_bid(bid: Application) -> ResponseReturnValue:
    """Every partner with its costs, and the way to ask another in."""
    return _page(bid, PartnerForm())


@pages.post("/<reference>/partners")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def ask_partner(bid: Application) -> ResponseReturnValue:
    """Ask an organisation in by mail."""
    form = PartnerForm()
    if not form.validate_on_submit():
        return _page(bid, form), 400
    try:
        partners.ask_in(bid, form.name.data or "", form.email.data or "", me())
    except Blocked as blocked:
        form.email.errors = [f"{each.reason} {each.remedy}".strip() for each in blocked.blockers]
        return _page(bid, form), 409
    except TooManyTries as wait:
        form.email.errors = [wait_in_words(wait)]
        return _page(bid, form), 429
    flash(f"{form.name.data} is a partner now. We have sent an invitation to {form.email.data}.", "success")
    return _back(bid)


@pages.post("/<reference>/partners/<int:number>/remove")
@requires(MAY_LEAD, own, sees=MAY_SEE)
def remove_partner(bid: Application, number: int) -> ResponseReturnValue:
    """Take a partner out; its costs no longer count."""
    try:
        partners.remove(bid, number, me())
    except Blocked as blocked:
        flash(" ".join(f"{each.reason} {each.remedy}".strip() for each in blocked.blockers))
    else:
        flash("The partner is out of the bid, and its costs no longer count.", "success")
    return _back(bid)


def partners_in(bid: Application) -> list[Part]:
    """The partners of a bid as it stands, each with what its part costs and what we can pay of it."""
    found = funding_of(bid.round.rules, costs.stated_of(bid))
    return [part for part in found.parts if part.stated.number != costs.LEAD]


def _back(bid: Application) -> ResponseReturnValue:
    return redirect(url_for("apply.partners_of_bid", reference=bid.reference))


def _page(bid: Application, form: PartnerForm) -> str:
    return render_template(
        "apply/partners.html",
        bid=bid,
        form=form,
        parts=partners_in(bid),
        has_errors=bool(form.errors),
    )
