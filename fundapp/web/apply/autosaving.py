"""Answers saved while they are written, as the page's script asks; their history, and its texts again."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.services import answers
from fundapp.services.answers import UnknownQuestionError, UnknownVersionError
from fundapp.services.bids import StaleError
from fundapp.web.apply.forms import AnswerForm, version_sent
from fundapp.web.apply.pages import me, own, own_alone, pages
from fundapp.web.filters import clock_seconds
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds.definition import Question
from workflows.machine import Blocked

MAY_WRITE = Permission.BID_EDIT


@pages.post("/<reference>/questions/<key>/autosave")
@requires(MAY_WRITE, own_alone, sees=Permission.BID_FOLLOW)
def autosave(bid: Application, key: str) -> ResponseReturnValue:
    """Save one answer as it stands; other words saved meanwhile come back beside the refusal."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return jsonify(error=" ".join(form.answer.errors)), 400
    try:
        saved = answers.save(bid, key, {"text": form.answer.data or ""}, version_sent(), me())
    except UnknownQuestionError:
        abort(404)
    except StaleError as stale:
        return jsonify(_meanwhile(bid, key, stale)), 409
    except Blocked as blocked:
        return jsonify(error=" ".join(each.reason for each in blocked.blockers)), 409
    return jsonify(version=saved.version, saved_at=clock_seconds(saved.saved_at))


@pages.get("/<reference>/questions/<key>/history")
@requires(Permission.BID_FOLLOW, own)
def history(bid: Application, key: str) -> ResponseReturnValue:
    """Every text an answer has had, the newest first, each with a way to make it the answer again."""
    asked = _question_in_words(bid, key)
    earlier = queries.answer_versions(bid.id, key)
    return render_template("apply/history.html", bid=bid, question=asked, versions=earlier)


@pages.post("/<reference>/questions/<key>/history/<int:version_id>")
@requires(MAY_WRITE, own, sees=Permission.BID_FOLLOW)
def restore(bid: Application, key: str, version_id: int) -> ResponseReturnValue:
    """Make an earlier text the answer again."""
    _question_in_words(bid, key)
    try:
        answers.restore(bid, key, version_id, me())
    except UnknownVersionError:
        abort(404)
    except Blocked as blocked:
        flash(" ".join(each.reason for each in blocked.blockers))
        return redirect(url_for("apply.history", reference=bid.reference, key=key))
    flash("The earlier text is your answer again. The one it replaced is kept in the history.", "success")
    return redirect(url_for("apply.question", reference=bid.reference, key=key))


def _question_in_words(bid: Application, key: str) -> Question:
    asked = bid.round.rules.question(key)
    return asked if asked is not None and asked.kind == "text" else abort(404)


def _meanwhile(bid: Application, key: str, stale: StaleError) -> dict[str, Any]:
    """What the page shows beside the words that were not saved; the fields are those of its form."""
    saved = queries.answers(bid.id)[key]
    return {
        "theirs": {"answer": [saved.text]},
        "version": stale.version,
        "saved_at": clock_seconds(saved.saved_at),
        "who": "you" if saved.saved_by_id == me().id else saved.saved_by,
    }
