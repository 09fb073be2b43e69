"""Answering what the office asked about a bid that is being checked: those questions and no others."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import clarifications as queries
from fundapp.services import clarifications as verbs
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked


@pages.post("/<reference>/answer")
@requires(Permission.BID_EDIT, own, sees=Permission.BID_FOLLOW)
def answer(bid: Application) -> ResponseReturnValue:
    """Send the answers; whatever keeps them from being sent is said, and nothing is lost."""
    try:
        verbs.answer(bid, me())
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
    else:
        flash("Thank you. Your answers are sent, and we go on checking.", "success")
    return redirect(url_for("apply.bid", reference=bid.reference))


def asked_of(bid: Application) -> dict[str, Any] | None:
    """What the page of a bid shows while the office waits for answers; nothing at any other time."""
    asked = queries.asked(bid.id) if bid.state == "clarification" else None
    if asked is None:
        return None
    questions = [each for each in bid.round.rules.questions if each.key in asked.questions]
    return {"asked": asked, "questions": questions, "gaps": verbs.answered(bid).gaps}
