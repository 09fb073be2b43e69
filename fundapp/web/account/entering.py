"""Register, sign in with a password or a link, sign out."""

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from fundapp.models.people import LoginSession, Purpose
from fundapp.services import accounts
from fundapp.services.accounts import SignedIn, WrongPassword
from fundapp.services.passwords import TooManyAtOnce
from fundapp.services.tries import TooManyTries
from fundapp.web import resending, sessions
from fundapp.web.account.devices import known_device, remember_device
from fundapp.web.account.forms import EmailForm, RegisterForm, SignInForm
from fundapp.web.account.pages import pages
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.addresses import safe_next
from fundapp.web.browsers import browser
from fundapp.web.guards import public
from fundapp.web.navigation import home_of

REFUSALS = (WrongPassword, TooManyTries, TooManyAtOnce)
WRONG = "The e-mail address or the password is not right"
CROWDED = "Many people are signing in. Try again in a minute"
CLEARED = '"cache", "cookies", "storage"'


@pages.route("/register", methods=["GET", "POST"])
@public
def register() -> ResponseReturnValue:
    """Ask for an account; the answer is the same whether or not the address has one."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return _page("account/register.html", form)
    try:
        accounts.register(
            form.name.data or "", form.organisation_name.data or "", form.email.data or "", browser(), _next()
        )
    except TooManyTries as wait:
        return _page("account/register.html", form, [wait_in_words(wait)], 429)
    return render_template("account/sent.html", email=form.email.data)


@pages.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in with a password."""
    person = sessions.person()
    if request.method == "GET" and person is not None:
        return redirect(home_of(person))
    form = SignInForm()
    if not form.validate_on_submit():
        return _page("account/sign_in.html", form)
    try:
        signed_in = accounts.sign_in(
            form.email.data or "", form.password.data or "", browser(), known_device()
        )
    except REFUSALS as refusal:
        return _page("account/sign_in.html", form, *_in_words(refusal))
    return go_on(signed_in)


@pages.post("/sign-in/here")
@public
def sign_in_here() -> ResponseReturnValue:
    """Sign in from a page that stays as it is: its script gets the token of the new session."""
    form = SignInForm()
    if not form.validate_on_submit():
        return jsonify(error=". ".join(each for errors in form.errors.values() for each in errors)), 400
    try:
        signed_in = accounts.sign_in(
            form.email.data or "", form.password.data or "", browser(), known_device()
        )
    except REFUSALS as refusal:
        (reason,), status = _in_words(refusal)
        return jsonify(error=reason, csrf=generate_csrf()), status
    sessions.carry(signed_in.token)
    owing = sessions.begun()
    answer = jsonify(
        csrf=generate_csrf(),
        person=sessions.live().person_id,
        code_owed=_code_page_of(owing) if owing else None,
    )
    return remember_device(make_response(answer), signed_in.device)


@pages.route("/sign-in/link", methods=["GET", "POST"])
@public
def sign_in_link() -> ResponseReturnValue:
    """Ask for a link to sign in without a password."""
    return _ask_for_link("sign_in")


@pages.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link to choose a new password."""
    return _ask_for_link("reset")


@pages.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this session for every process, and have the browser forget what it kept."""
    record = sessions.current().record
    if record is not None:
        accounts.sign_out(record)
    sessions.drop()
    response = make_response(redirect(url_for("account.signed_out")))
    response.headers["Clear-Site-Data"] = CLEARED
    return response


@pages.get("/signed-out")
@public
def signed_out() -> ResponseReturnValue:
    """Say that it worked."""
    return render_template("account/signed_out.html")


def go_on(signed_in: SignedIn) -> Response:
    """Carry a new session on to where the person was going, by way of the code they may still owe.

    A form that came along is shown to them instead, to be sent again.
    """
    sessions.carry(signed_in.token)
    owing = sessions.begun()
    kept = resending.carried()
    if kept is None:
        answer = make_response(redirect(_code_page_of(owing) if owing else _target()))
    else:
        answer = make_response(resending.page(kept, code_owed_at=_code_page_of(owing) if owing else ""))
    return remember_device(answer, signed_in.device)


def _code_page_of(record: LoginSession) -> str:
    page = "account.second_factor" if record.person.has_second_factor else "account.set_up_phone"
    return url_for(page, next=request.args.get("next"))


def _target() -> str:
    person = sessions.person()
    return _next() or (home_of(person) if person else "/")


def _next() -> str:
    """The page of this site somebody was on the way to; nothing where there was none."""
    return safe_next(request.args.get("next"), "")


def _in_words(refusal: Exception) -> tuple[list[str], int]:
    """Why nobody was signed in, and the status that says it."""
    if isinstance(refusal, TooManyTries):
        return [wait_in_words(refusal)], 429
    return ([CROWDED], 503) if isinstance(refusal, TooManyAtOnce) else ([WRONG], 400)


def _ask_for_link(purpose: Purpose) -> ResponseReturnValue:
    form = EmailForm()
    template = "account/forgotten_password.html" if purpose == "reset" else "account/sign_in_link.html"
    if not form.validate_on_submit():
        return _page(template, form)
    try:
        accounts.send_link(purpose, form.email.data or "", browser(), _next())
    except TooManyTries as wait:
        return _page(template, form, [wait_in_words(wait)], 429)
    return render_template("account/sent.html", email=form.email.data)


def _page(
    template: str, form: object, reasons: list[str] | None = None, status: int | None = None
) -> ResponseReturnValue:
    refused = status or (400 if request.method == "POST" else 200)
    return render_template(
        template, form=form, reasons=reasons or [], next=request.args.get("next"), kept=resending.carried()
    ), refused
