"""Answers saved while they are written, as the page's script asks; their history, and its texts again."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.services import answers
from fundapp.services.answers import UnknownVersionError
from fundapp.services.stale import StaleError
from fundapp.web.apply import tasks
from fundapp.web.apply.forms import AnswerForm, version_sent
from fundapp.web.apply.pages import me, own, own_alone, pages
from fundapp.web.filters import clock_seconds
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import kinds, showing
from workflows.funds.definition import Question
from workflows.machine import Blocked
from workflows.rules import words

MAY_WRITE = Permission.BID_EDIT


@pages.post("/<reference>/questions/<key>/autosave")
@requires(MAY_WRITE, own_alone, sees=Permission.BID_FOLLOW)
def autosave(bid: Application, key: str) -> ResponseReturnValue:
    """Save one answer as it stands; other words saved meanwhile come back beside the refusal."""
    asked = _question(bid, key)
    form = AnswerForm.to(asked)
    form.validate()
    value = form.answer.kept
    if value is None:
        return jsonify(error=" ".join(form.answer.errors)), 400
    try:
        saved = answers.save(bid, key, value, version_sent(), me())
    except StaleError as stale:
        return jsonify(_meanwhile(bid, asked, stale)), 409
    except Blocked as blocked:
        return jsonify(error=" ".join(each.reason for each in blocked.blockers)), 409
    told = {"version": saved.version, "saved_at": clock_seconds(saved.saved_at)}
    if showing.hanging_on(bid.round.rules.questions, [key]):
        told["aside"] = tasks.set_aside(bid.round.rules, queries.answers(bid.id), key)
    return jsonify(told)


@pages.get("/<reference>/questions/<key>/history")
@requires(Permission.BID_FOLLOW, own)
def history(bid: Application, key: str) -> ResponseReturnValue:
    """Everything an answer has been, the newest first, each with a way to make it the answer again."""
    asked = _question(bid, key)
    earlier = [(each, kinds.said(asked, each.value)) for each in queries.answer_versions(bid.id, key)]
    return render_template("apply/history.html", bid=bid, question=asked, versions=earlier, count=words.count)


@pages.post("/<reference>/questions/<key>/history/<int:version_id>")
@requires(MAY_WRITE, own, sees=Permission.BID_FOLLOW)
def restore(bid: Application, key: str, version_id: int) -> ResponseReturnValue:
    """Make an earlier text the answer again."""
    _question(bid, key)
    try:
        answers.restore(bid, key, version_id, me())
    except UnknownVersionError:
        abort(404)
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
        return redirect(url_for("apply.history", reference=bid.reference, key=key))
    flash("The earlier text is your answer again. The one it replaced is kept in the history.", "success")
    return redirect(url_for("apply.question", reference=bid.reference, key=key))


def _question(bid: Application, key: str) -> Question:
    asked = bid.round.rules.question(key)
    return asked if asked is not None and asked.kind in kinds.ANSWERED else abort(404)


def _meanwhile(bid: Application, asked: Question, stale: StaleError) -> dict[str, Any]:
    """What the page shows beside the words that were not saved; the fields are those of its form."""
    saved = queries.answers(bid.id)[asked.key]
    texts = kinds.boxes(asked, saved.value)
    return {
        "theirs": {"answer": texts} if texts else {},
        "version": stale.version,
        "saved_at": clock_seconds(saved.saved_at),
        "who": "you" if saved.saved_by_id == me().id else saved.saved_by,
    }
