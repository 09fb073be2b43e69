"""Ask the programme team about a round: for anybody signed in; good answers are published for everybody."""

from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import questions as queries
from fundapp.queries.rounds import public_round
from fundapp.services import questions as verbs
from fundapp.services.tries import TooManyTries
from fundapp.web import sessions
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.fields import LongTextField
from fundapp.web.guards import requires
from fundapp.web.public.pages import pages
from workflows.actors import Permission
from workflows.machine import Blocked

MOST_WORDS = 200


class QuestionForm(FlaskForm):  # type: ignore[misc]
    """What somebody wants to know."""

    words = LongTextField(
        "Your question",
        required="Write your question",
        hint="Say nothing of your idea that others should not read. Your name is never published.",
        words=MOST_WORDS,
        rows=5,
        strict=True,
        most=3_000,
    )


@pages.route("/rounds/<ref>/ask", methods=["GET", "POST"])
@requires(Permission.QUESTION_ASK, public_round)
def ask(call: Round) -> ResponseReturnValue:
    """A person's own questions about a round with their answers, and a box for another."""
    form = QuestionForm()
    if not form.validate_on_submit():
        return _page(call, form), 400 if request.method == "POST" else 200
    try:
        verbs.ask(call, form.words.data or "", _me())
    except TooManyTries as wait:
        return _page(call, form, wait_in_words(wait)), 429
    except Blocked as blocked:
        return _page(call, form, *(each.reason for each in blocked.blockers)), 409
    flash("Your question is with the programme team. You get the answer by e-mail.", "success")
    return redirect(url_for("public.ask", ref=call.ref))


def _page(call: Round, form: QuestionForm, *reasons: str) -> str:
    return render_template(
        "public/ask.html", call=call, form=form, reasons=list(reasons),
        mine=queries.asked_by(_me().id, call.id),
        working_days=call.rules.promises.answer_questions_working_days,
    )  # fmt: skip


def _me() -> Person:
    return cast("Person", sessions.person())
