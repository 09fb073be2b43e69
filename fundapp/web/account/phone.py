"""Prove with a phone that it is really them: set it up, then give a code at each sign-in."""

import segno
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from fundapp.models.people import LoginSession
from fundapp.services import accounts, second_factor
from fundapp.services.accounts import WrongPassword
from fundapp.services.second_factor import Proven, WrongCode
from fundapp.services.tries import TooManyTries
from fundapp.web import sessions
from fundapp.web.account.forms import CodeForm, PhoneForm
from fundapp.web.account.pages import pages
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.addresses import safe_next
from fundapp.web.browsers import browser
from fundapp.web.guards import begun, requires
from fundapp.web.navigation import home_of
from workflows.actors import Permission

WRONG = "That code is not right, or it was used already. Wait for the next one and enter it"
DOTS = 4


@pages.route("/account/second-factor", methods=["GET", "POST"], endpoint="second_factor")
@begun
def give_code() -> ResponseReturnValue:
    """Give the code of a phone that is set up, or a recovery code."""
    record = sessions.live()
    if not record.person.has_second_factor:
        return redirect(url_for("account.set_up_phone", next=request.args.get("next")))
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form)
    try:
        proven = second_factor.check(record, form.code.data or "", browser())
    except WrongCode:
        form.code.errors = [WRONG]
        return _code_page(form)
    except TooManyTries as wait:
        form.code.errors = [wait_in_words(wait)]
        return _code_page(form, 429)
    return _go_on(proven)


@pages.route("/account/set-up-phone", methods=["GET", "POST"])
@begun
def set_up_phone() -> ResponseReturnValue:
    """Set up the phone a member of staff must have before any page opens."""
    record = sessions.live()
    if record.person.has_second_factor:
        return redirect(url_for("account.second_factor", next=request.args.get("next")))
    return _set_up(record)


@pages.route("/account/change-phone", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def change_phone() -> ResponseReturnValue:
    """Set up a phone, or another one, while signed in."""
    return _set_up(sessions.live())


def _set_up(record: LoginSession) -> ResponseReturnValue:
    form = PhoneForm()
    form.leave_out_password(not record.person.has_second_factor)
    if not form.validate_on_submit():
        return _phone_page(record, form)
    try:
        if record.person.has_second_factor:
            accounts.insist_on_password(record.person_id, form.password.data or "")
        proven = second_factor.set_up(record, form.code.data or "", browser())
    except WrongPassword:
        form.password.errors = ["Your password is not right"]
        return _phone_page(record, form)
    except WrongCode:
        form.code.errors = [WRONG]
        return _phone_page(record, form)
    except TooManyTries as wait:
        form.code.errors = [wait_in_words(wait)]
        return _phone_page(record, form, 429)
    return _go_on(proven)


def _go_on(proven: Proven) -> ResponseReturnValue:
    """On to where they were going; new recovery codes are shown first, once."""
    sessions.carry(proven.token)
    person = sessions.person()
    onward = safe_next(request.args.get("next"), home_of(person) if person else "/")
    if proven.recovery_codes:
        return render_template("account/recovery_codes.html", codes=proven.recovery_codes, onward=onward)
    return redirect(onward)


def _code_page(form: CodeForm, status: int | None = None) -> ResponseReturnValue:
    answer = status or (400 if form.errors else 200)
    return render_template("account/second_factor.html", form=form, next=request.args.get("next")), answer


def _phone_page(record: LoginSession, form: PhoneForm, status: int | None = None) -> ResponseReturnValue:
    secret = second_factor.proposed_secret(record)
    picture = segno.make(second_factor.phone_address(record), error="m")
    values = {
        "form": form,
        "picture": Markup(picture.svg_inline(scale=DOTS, border=2)),  # noqa: S704 - made here, of squares
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "here": request.path,
        "next": request.args.get("next"),
    }
    return render_template("account/set_up_phone.html", **values), status or (400 if form.errors else 200)
