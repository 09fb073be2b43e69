"""The equality form: for the people who lead a bid, apart from it. These pages do not know who opens them."""

from uuid import UUID, uuid4

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField

from fundapp.extensions import csrf
from fundapp.models.funds import Round
from fundapp.services import equality as verbs
from fundapp.services.equality import NoMoreForms
from fundapp.web import sessions
from fundapp.web.fields import OneOfField
from fundapp.web.guards import public
from fundapp.web.public.pages import pages
from workflows.equality import QUESTIONS


class EqualityForm(FlaskForm):  # type: ignore[misc]
    """Every question of the rulebook, none of which has to be answered, and the press it was sent with.

    There is no form token: that belongs to a person's session, and all a stranger's page could do with the
    form is send one more.
    """

    class Meta:
        """Asks for no form token."""

        csrf = False

    press = HiddenField()

    def answers(self) -> dict[str, str]:
        """What was chosen, by question."""
        given = {question.key: self[question.key].data for question in QUESTIONS}
        return {key: answer for key, answer in given.items() if answer}


for _question in QUESTIONS:
    setattr(
        EqualityForm,
        _question.key,
        OneOfField(_question.words, choices=_question.choices, hint=_question.hint),
    )


@csrf.exempt  # type: ignore[untyped-decorator]
@pages.route("/equality/<token>", methods=["GET", "POST"])
@public
def equality(token: str) -> ResponseReturnValue:
    """The form of a round; whoever sends it is thanked, and what was wrong stands beside its question."""
    call = _round_of(token)
    form = EqualityForm()
    if not form.validate_on_submit():
        return _form_page(call, token, form)
    try:
        verbs.answer(call, _press(form.press.data), form.answers())
    except NoMoreForms:
        return _over(call)
    return redirect(url_for("public.equality_thanks", token=token))


@pages.get("/equality/<token>/thanks")
@public
def equality_thanks(token: str) -> ResponseReturnValue:
    """The form has come in, and the next person who leads the bid may answer."""
    return render_template("public/equality_thanks.html", call=_round_of(token), token=token)


def _round_of(token: str) -> Round:
    """The round of a link; from here on nobody is signed in, so that no log and no session knows of this."""
    sessions.current().be_nobody()
    return verbs.round_of(token) or abort(404)


def _form_page(call: Round, token: str, form: EqualityForm) -> ResponseReturnValue:
    if not verbs.takes_forms(call):
        return _over(call)
    if not form.press.data:
        form.press.data = str(uuid4())
    page = render_template("public/equality.html", call=call, token=token, form=form, questions=QUESTIONS)
    return page, 400 if request.method == "POST" else 200


def _over(call: Round) -> ResponseReturnValue:
    return render_template("public/equality_over.html", call=call), 410


def _press(given: str | None) -> UUID:
    """The press a form was sent with; one that is no press of ours counts as another."""
    try:
        return UUID(given)
    except (ValueError, TypeError):
        return uuid4()
