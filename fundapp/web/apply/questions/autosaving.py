"""The pages of a bid's form saved while they are written, as their scripts ask."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.services import answers, bids
from fundapp.services.bids import Project
from fundapp.services.stale import StaleError
from fundapp.web.apply import tasks
from fundapp.web.apply.forms import AnswerForm, ProjectForm, version_sent
from fundapp.web.apply.pages import me, own_to_write, pages
from fundapp.web.apply.questions import firm, scripted
from fundapp.web.apply.questions.answering import faults_of
from fundapp.web.apply.questions.earlier import answered
from fundapp.web.apply.questions.saving import preview_of, since
from fundapp.web.filters import clock_seconds
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import kinds, showing
from workflows.funds.definition import Question
from workflows.funds.kinds import Value
from workflows.machine import Blocked

MAY_WRITE = Permission.BID_EDIT


@pages.post("/<reference>/questions/<key>/autosave")
@requires(MAY_WRITE, own_to_write, sees=Permission.BID_FOLLOW)
def autosave(bid: Application, key: str) -> ResponseReturnValue:
    """Save one question as it stands; other words saved meanwhile come back beside the refusal."""
    asked = bid.round.rules.question(key)
    if asked is not None and asked.kind in firm.PARTS:
        return firm.autosave(bid, asked)
    return _autosave_answer(bid, answered(bid, key))


@pages.post("/<reference>/project/autosave")
@requires(MAY_WRITE, own_to_write, sees=Permission.BID_FOLLOW)
def autosave_project(bid: Application) -> ResponseReturnValue:
    """Save what is said of the project as it stands."""
    rules = bid.round.rules
    form = ProjectForm.of(rules, bids.project_of(bid))

    def save() -> dict[str, Any]:
        saved = bids.save_project(bid, form.written(), version_sent(), me())
        return {"version": saved.project_version, "saved_at": clock_seconds(clock.now())}

    def filled(saved: Mapping[str, Any]) -> ProjectForm:
        return ProjectForm.of(rules, Project(**saved), formdata=None)

    return scripted.kept(form, save, filled)


def _autosave_answer(bid: Application, asked: Question) -> ResponseReturnValue:
    # What is told is of the bid as it was loaded: a commit forgets that, and it would be loaded again.
    bid_id, rules = bid.id, bid.round.rules
    form = AnswerForm.sent_by_script(asked)
    form.validate()
    value = form.answer.kept
    if value is None:
        return jsonify(error=" ".join(form.answer.errors), mistakes=form.mistakes()), 400
    faults = faults_of(bid, asked, value)
    try:
        saved = answers.save(bid, asked.key, value, version_sent(), me())
    except StaleError as stale:
        return jsonify(_meanwhile(asked, stale)), 409
    except Blocked as blocked:
        return jsonify(error=" ".join(each.reason for each in blocked.blockers)), 409
    told = {
        "version": saved.version,
        "saved_at": clock_seconds(saved.saved_at),
        "mistakes": form.mistakes(),
        "parts": {"standing": _standing(form, faults)},
    }
    if showing.hanging_on(rules.questions, [asked.key]):
        told["aside"] = tasks.set_aside(rules, queries.answers(bid_id), asked.key)
    if asked.kind == "text":
        told["preview"] = _preview(asked, value)
    return jsonify(told)


def _standing(form: AnswerForm, faults: Iterable[str]) -> str:
    """What the page says below the box of an answer that is kept and cannot be sent in."""
    is_unread = bool(form.answer.errors)
    found = [] if is_unread else list(faults)
    template = current_app.jinja_env.get_template("apply/standing.html")
    return template.render(is_unread=is_unread, faults=found) if is_unread or found else ""


def _preview(asked: Question, value: Value) -> str:
    """What the page shows below the box. It says nothing of the person, so nothing of them is looked up."""
    blocks = preview_of(asked, value)
    return current_app.jinja_env.get_template("apply/preview.html").render(blocks=blocks) if blocks else ""


def _meanwhile(asked: Question, stale: StaleError) -> dict[str, Any]:
    """What the page shows beside the words that were not saved; the fields are those of its form."""
    texts = kinds.boxes(asked, stale.theirs)
    return {"theirs": {"answer": texts} if texts else {}, **since(stale)}
