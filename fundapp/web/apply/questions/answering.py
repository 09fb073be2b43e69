"""The page of one question with an answer of its own: what is typed is kept, and judged beside its field."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.queries.bids import Saved
from fundapp.services import answers, entering
from fundapp.services.stale import StaleError
from fundapp.web.apply import tasks
from fundapp.web.apply.forms import AnswerForm, version_sent
from fundapp.web.apply.pages import me
from fundapp.web.apply.questions.saving import (
    NO_TROUBLE,
    Trouble,
    common,
    now_shown,
    onward,
    preview_of,
    turned_away,
    why_fixed,
)
from workflows.funds import kinds
from workflows.funds.definition import Question
from workflows.funds.kinds import Span, Value
from workflows.funds.kinds.milestones import BOXES
from workflows.machine import Blocked


def answer(bid: Application, asked: Question) -> ResponseReturnValue:
    """Show the question, or keep what was sent: also what cannot be read yet, saying what is wrong."""
    every = queries.answers(bid.id)
    if request.method == "POST":
        return _save(bid, asked, every)
    if away := turned_away(bid, asked, every):
        return away
    saved = every.get(asked.key)
    form = AnswerForm.to(asked, saved.value if saved else kinds.NOTHING)
    return _page(bid, asked, form, saved.version if saved else 0, every)


def _save(bid: Application, asked: Question, every: Mapping[str, Saved]) -> ResponseReturnValue:
    form = AnswerForm.to(asked)
    is_read, value = form.validate(), form.answer.kept
    if value is None:
        return _page(bid, asked, form, version_sent(), every), 400
    try:
        kept = answers.save(bid, asked.key, value, version_sent(), me())
    except StaleError as stale:
        return _page(bid, asked, form, stale.version, every, Trouble(stale=stale)), 409
    except Blocked as blocked:
        return _page(bid, asked, form, version_sent(), every, Trouble(blocked=blocked)), 409
    if not is_read and not _changes_rows():
        return _page(bid, asked, form, kept.version, queries.answers(bid.id), is_unsaved=False), 400
    return _after(bid, asked, value)


def _after(bid: Application, asked: Question, value: Value) -> ResponseReturnValue:
    """Where an answer that is kept leads: back to it for more of it, else on."""
    here: dict[str, Any] = {"reference": bid.reference, "key": asked.key}
    if _changes_rows():
        rows = len(kinds.boxes(asked, value)) // BOXES + ("add" in request.form)
        return redirect(url_for("apply.question", **here, rows=rows, _anchor="rows"))
    if "stay" in request.form or faults_of(bid, asked, value):
        return redirect(url_for("apply.question", **here, saved=now_shown()))
    return onward(bid, asked)


def _changes_rows() -> bool:
    return "add" in request.form or "remove" in request.form


def _page(
    bid: Application,
    asked: Question,
    form: AnswerForm,
    version: int,
    every: Mapping[str, Saved],
    trouble: Trouble = NO_TROUBLE,
    *,
    is_unsaved: bool | None = None,
) -> str:
    is_unsaved = request.method == "POST" if is_unsaved is None else is_unsaved
    criteria = {criterion.key: criterion for criterion in bid.round.rules.criteria}
    saved = every.get(asked.key)
    return render_template(
        "apply/question.html",
        bid=bid,
        question=asked,
        form=form,
        version=version,
        criterion=criteria.get(asked.scored_under or ""),
        last=saved,
        is_unsaved=is_unsaved,
        is_unread=bool(form.answer.errors) and not is_unsaved,
        faults=[] if form.answer.errors else faults_of(bid, asked, form.answer.kept or kinds.NOTHING),
        theirs=kinds.lines(asked, trouble.stale.theirs) if trouble.stale else (),
        blocks=preview_of(asked, form.answer.kept or kinds.NOTHING),
        fixed=why_fixed(bid, asked),
        aside=tasks.set_aside(bid.round.rules, every, asked.key),
        **common(form, trouble),
    )


def faults_of(bid: Application, asked: Question, value: Value) -> Sequence[str]:
    """What keeps an answer that can be read from being sent in with its bid."""
    over = entering.over_the_limit(bid, value) if asked.kind == "assistance" else ()
    return [*kinds.faults(asked, value, Span(bid.starts_on, bid.months)), *over]
