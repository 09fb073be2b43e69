"""Writing a bid: one question a page, the project, the organisation, the money; nothing is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.queries.bids import Saved
from fundapp.services import answers, bids
from fundapp.services.bids import Project, StaleError
from fundapp.web.apply import firm
from fundapp.web.apply.forms import AnswerForm, ProjectForm, version_sent
from fundapp.web.apply.onward import onward
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.filters import clock_seconds
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds.definition import Question
from workflows.funds.pinned import MONEY
from workflows.machine import Blocked

MAY_WRITE = Permission.BID_EDIT
MAY_SEE = Permission.BID_FOLLOW


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was saved: the rulebook's reasons, or the words somebody else saved meanwhile."""

    blocked: Blocked | None = None
    stale: StaleError | None = None


NO_TROUBLE = Trouble()


@pages.route("/<reference>/questions/<key>", methods=["GET", "POST"])
@requires(MAY_WRITE, own, sees=MAY_SEE)
def question(bid: Application, key: str) -> ResponseReturnValue:
    """One question of the form; the kind of question decides what its page asks."""
    asked = bid.round.rules.question(key)
    if asked is None:
        abort(404)
    if asked.kind in MONEY:
        return redirect(url_for("apply.money", reference=bid.reference))
    if asked.kind == "file":
        return redirect(url_for("apply.files", reference=bid.reference, key=key))
    if asked.kind == "organisation":
        return firm.place(bid, asked)
    if asked.kind == "size":
        return firm.size(bid, asked)
    if asked.kind == "text":
        return _answer(bid, asked)
    return redirect(url_for("apply.check", reference=bid.reference))


@pages.route("/<reference>/project", methods=["GET", "POST"])
@requires(MAY_WRITE, own, sees=MAY_SEE)
def project(bid: Application) -> ResponseReturnValue:
    """What the project is called, what it does, and when."""
    form = ProjectForm.of(bid.round.rules, bids.project_of(bid))
    if request.method == "GET":
        return _project_page(bid, form)
    if not form.validate_on_submit():
        return _project_page(bid, form), 400
    written = replace(
        bids.project_of(bid),
        title=form.title.data or "",
        summary=form.summary.data or "",
        theme=form.theme.data,
        starts_on=form.starts_on.data,
        months=form.months.data,
    )
    trouble = _save_project(bid, written)
    return onward(bid) if trouble is NO_TROUBLE else (_project_page(bid, form, trouble), 409)


def _answer(bid: Application, asked: Question) -> ResponseReturnValue:
    saved = queries.answers(bid.id).get(asked.key)
    form = AnswerForm.to(asked, answer=saved.text if saved else "")
    version = saved.version if saved else 0
    if request.method == "GET":
        return _answer_page(bid, asked, form, version, saved)
    if not form.validate_on_submit():
        return _answer_page(bid, asked, form, version_sent(), saved), 400
    try:
        answers.save(bid, asked.key, {"text": form.answer.data or ""}, version_sent(), me())
    except StaleError as stale:
        return _answer_page(bid, asked, form, stale.version, saved, Trouble(stale=stale)), 409
    except Blocked as blocked:
        return _answer_page(bid, asked, form, version_sent(), saved, Trouble(blocked=blocked)), 409
    if "stay" in request.form or form.answer.over:
        return redirect(url_for("apply.question", reference=bid.reference, key=asked.key, saved=_now()))
    return onward(bid, asked)


def _save_project(bid: Application, written: Project) -> Trouble:
    try:
        bids.save_project(bid, written, version_sent(), me())
    except StaleError as stale:
        return Trouble(stale=stale)
    except Blocked as blocked:
        return Trouble(blocked=blocked)
    return NO_TROUBLE


def _answer_page(
    bid: Application,
    asked: Question,
    form: AnswerForm,
    version: int,
    saved: Saved | None,
    trouble: Trouble = NO_TROUBLE,
) -> str:
    criteria = {criterion.key: criterion for criterion in bid.round.rules.criteria}
    return render_template(
        "apply/question.html",
        bid=bid,
        question=asked,
        form=form,
        version=version,
        criterion=criteria.get(asked.scored_under or ""),
        last=saved,
        is_unsaved=request.method == "POST",
        **_common(form, trouble),
    )


def _project_page(bid: Application, form: ProjectForm, trouble: Trouble = NO_TROUBLE) -> str:
    version = trouble.stale.version if trouble.stale else bid.project_version
    theirs = trouble.stale.theirs if trouble.stale else {}
    return render_template(
        "apply/project.html",
        bid=bid,
        rules=bid.round.rules,
        form=form,
        version=version,
        theirs=theirs,
        **_common(form, trouble),
    )


def _common(form: FlaskForm, trouble: Trouble) -> Mapping[str, Any]:
    return {
        "stale": trouble.stale,
        "blocked": trouble.blocked,
        "has_errors": bool(form.errors or trouble.blocked or trouble.stale),
        "saved": time_shown(),
    }


def _now() -> str:
    return clock_seconds(clock.now())


def time_shown() -> str:
    """The time of the last save, as the address of the page carries it; only ever a time."""
    sent = request.args.get("saved", "")
    parts = sent.split(":")
    return sent if len(parts) == 3 and all(len(part) == 2 and part.isdecimal() for part in parts) else ""
