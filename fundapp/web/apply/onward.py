"""On from one page of a bid to the next."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.web.apply import tasks
from workflows.funds.definition import Question


def onward(bid: Application, asked: Question | None = None) -> ResponseReturnValue:
    """On to the question after this one where that was asked for, else back to the tasks."""
    if asked is None or "next" not in request.form or bid.state != "draft":
        return redirect(url_for("apply.bid", reference=bid.reference))
    rules = bid.round.rules
    keys = [each.key for each in rules.questions if each.kind != "declarations"]
    following = keys[keys.index(asked.key) + 1 :]
    place = following[0] if following else None
    if place is None:
        return redirect(url_for("apply.check", reference=bid.reference))
    return redirect(tasks.href(bid.reference, place, rules))
