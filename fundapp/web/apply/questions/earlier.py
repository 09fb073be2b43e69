"""Everything an answer of a bid has been, and a text of it made the answer again."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.services import answers
from fundapp.services.answers import UnknownVersionError
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.questions.saving import why_fixed
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import kinds
from workflows.funds.definition import Question
from workflows.machine import Blocked
from workflows.rules import words


@pages.get("/<reference>/questions/<key>/history")
@requires(Permission.BID_FOLLOW, own)
def history(bid: Application, key: str) -> ResponseReturnValue:
    """Everything an answer has been, the newest first, each with a way to make it the answer again."""
    asked = answered(bid, key)
    earlier = [
        (each, kinds.said(asked, each.value), words.count(kinds.counted(asked, each.value)))
        for each in queries.answer_versions(bid.id, key)
    ]
    return render_template(
        "apply/history.html", bid=bid, question=asked, versions=earlier, fixed=why_fixed(bid, asked)
    )


@pages.post("/<reference>/questions/<key>/history/<int:version_id>")
@requires(Permission.BID_EDIT, own, sees=Permission.BID_FOLLOW)
def restore(bid: Application, key: str, version_id: int) -> ResponseReturnValue:
    """Make an earlier text the answer again."""
    answered(bid, key)
    try:
        answers.restore(bid, key, version_id, me())
    except UnknownVersionError:
        abort(404)
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
        return redirect(url_for("apply.history", reference=bid.reference, key=key))
    flash("The earlier text is your answer again. The one it replaced is kept in the history.", "success")
    return redirect(url_for("apply.question", reference=bid.reference, key=key))


def answered(bid: Application, key: str) -> Question:
    """The question of this name, if it has an answer of its own; else there is no such page."""
    asked = bid.round.rules.question(key)
    return asked if asked is not None and asked.kind in kinds.ANSWERED else abort(404)
