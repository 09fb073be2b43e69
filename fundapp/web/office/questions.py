"""The questions people ask about a round: a list with those to answer first, and one answered."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.funds import Round
from fundapp.models.round_questions import RoundQuestion
from fundapp.queries import questions as queries
from fundapp.services import questions as verbs
from fundapp.web.fields import LongTextField
from fundapp.web.guards import held_here, requires
from fundapp.web.office.pages import counted, finding, me, pages
from fundapp.web.office.subjects import the_round
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.machines import machine_for

LIST = Permission.BID_LIST
TAGS = {"asked": "attn", "answered": "wait", "published": "done"}


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """An answer to one person."""

    answer = LongTextField("Answer", required="Write the answer", rows=8, most=10_000)


class PublishForm(AnswerForm):
    """An answer for everybody, with the question as everybody reads it."""

    words = LongTextField(
        "The question as everybody reads it",
        required="Write the question",
        hint="Take out whatever tells who asked, or what their idea is.",
        rows=4,
        most=3_000,
    )


@pages.get("/rounds/<ref>/questions")
@requires(LIST, the_round)
def questions(call: Round) -> ResponseReturnValue:
    """Every question of a round, those to answer first."""
    rows = queries.of_round(call.id)
    waiting = sum(each.state == "asked" for each in rows)
    return render_template(
        "office/questions.html", call=call, rows=rows, tags=TAGS, states=_state_names(),
        page_title=finding(f"{counted(waiting, 'question waits', 'questions wait')} for an answer"),
    )  # fmt: skip


@pages.get("/questions/<int:number>")
@requires(LIST, queries.by_id)
def question(asked: RoundQuestion) -> ResponseReturnValue:
    """One question, and the two ways to answer it."""
    return _page(asked)


@pages.post("/questions/<int:number>/publish")
@requires(Permission.QUESTION_ANSWER, queries.by_id, sees=LIST)
def publish_answer(asked: RoundQuestion) -> ResponseReturnValue:
    """Answer for everybody."""
    form = PublishForm()
    if not form.validate_on_submit():
        return _page(asked, form), 400
    try:
        verbs.publish_answer(asked, form.words.data or "", form.answer.data or "", me())
    except Blocked as blocked:
        return _page(asked, form, blocked), 409
    flash("The answer stands on the round’s page; everybody it concerns is told.", "success")
    return redirect(url_for("office.questions", ref=asked.round.ref))


@pages.post("/questions/<int:number>/answer")
@requires(Permission.QUESTION_ANSWER, queries.by_id, sees=LIST)
def answer_asker(asked: RoundQuestion) -> ResponseReturnValue:
    """Answer whoever asked, and nobody else."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(asked, form), 400
    try:
        verbs.answer_asker(asked, form.answer.data or "", me())
    except Blocked as blocked:
        return _page(asked, form, blocked), 409
    flash(f"{asked.asked_by.name} gets the answer by e-mail.", "success")
    return redirect(url_for("office.questions", ref=asked.round.ref))


def _page(asked: RoundQuestion, sent: AnswerForm | None = None, blocked: Blocked | None = None) -> str:
    """The page of one question; a form that was sent stands as it was, its mistakes beside it."""
    form = PublishForm(words=asked.words, answer=asked.answer)
    if sent is not None and not isinstance(sent, PublishForm):
        form.answer.errors = sent.answer.errors
    values: dict[str, Any] = {"form": sent if isinstance(sent, PublishForm) else form}
    return render_template(
        "office/question.html", asked=asked, call=asked.round, tags=TAGS, states=_state_names(),
        reasons=[each.reason for each in blocked.blockers] if blocked else [],
        may_answer=Permission.QUESTION_ANSWER in held_here(), **values,
    )  # fmt: skip


def _state_names() -> dict[str, str]:
    return {state.key: state.staff_name for state in machine_for(RoundQuestion.case_kind).states}
