"""The organisation behind a bid, compared with what is filed at Companies House."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.services import company_facts, size_facts
from fundapp.web.guards import requires
from fundapp.web.office.bid import show
from fundapp.web.office.pages import me, pages
from fundapp.web.office.subjects import the_bid
from workflows.actors import Permission
from workflows.machine import Blocked

LIST = Permission.BID_LIST
ASKED = "Companies House is being asked. The answer stands here in a minute: open the page again."


@pages.post("/bids/<ref>/ask-companies-house")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def ask_companies_house(bid: Application) -> ResponseReturnValue:
    """Have the company looked up again."""
    return _do(bid, lambda: company_facts.ask_again(bid.organisation, me()), ASKED)


@pages.post("/bids/<ref>/verify-size")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def verify_size(bid: Application) -> ResponseReturnValue:
    """Say that the figures of a year are those of the accounts that were filed."""
    sent = request.form.get("facts", "")
    facts_id = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0
    said = "The figures are marked as compared with the filed accounts."
    return _do(bid, lambda: size_facts.verify(bid.organisation, facts_id, me()), said)


def _do(bid: Application, verb: Callable[[], object], said: str) -> ResponseReturnValue:
    try:
        verb()
    except Blocked as blocked:
        return show(bid, blocked=blocked), 409
    flash(said, "success")
    return redirect(url_for("office.bid", ref=bid.reference))
