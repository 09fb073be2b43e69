"""Register, sign in with a password or a link, sign out."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.people import Purpose
from fundapp.services import accounts
from fundapp.services.accounts import SignedIn, WrongPassword
from fundapp.services.passwords import TooManyAtOnce
from fundapp.services.tries import TooManyTries
from fundapp.web import sessions
from fundapp.web.account.devices import known_device, remember_device
from fundapp.web.account.forms import EmailForm, RegisterForm, SignInForm
from fundapp.web.account.pages import pages
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.addresses import safe_next
from fundapp.web.browsers import browser
from fundapp.web.guards import public
from fundapp.web.navigation import home_of

WRONG = "The e-mail address or the password is not right"
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
            form.name.data or "", form.organisation_name.data or "", form.email.data or "", browser()
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
    except WrongPassword:
        return _page("account/sign_in.html", form, [WRONG], 400)
    except TooManyTries as wait:
        return _page("account/sign_in.html", form, [wait_in_words(wait)], 429)
    except TooManyAtOnce:
        return _page("account/sign_in.html", form, ["Many people are signing in. Try again in a minute"], 503)
    return go_on(signed_in)


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
    """Carry a new session on to where the person was going, by way of the code they may still owe."""
    sessions.carry(signed_in.token)
    target = request.args.get("next")
    record = sessions.begun()
    if record is not None:
        page = "account.second_factor" if record.person.has_second_factor else "account.set_up_phone"
        response = redirect(url_for(page, next=target))
    else:
        person = sessions.person()
        response = redirect(safe_next(target, home_of(person) if person else "/"))
    return remember_device(make_response(response), signed_in.device)


def _ask_for_link(purpose: Purpose) -> ResponseReturnValue:
    form = EmailForm()
    template = "account/forgotten_password.html" if purpose == "reset" else "account/sign_in_link.html"
    if not form.validate_on_submit():
        return _page(template, form)
    try:
        accounts.send_link(purpose, form.email.data or "", browser())
    except TooManyTries as wait:
        return _page(template, form, [wait_in_words(wait)], 429)
    return render_template("account/sent.html", email=form.email.data)


def _page(
    template: str, form: object, reasons: list[str] | None = None, status: int | None = None
) -> ResponseReturnValue:
    refused = status or (400 if request.method == "POST" else 200)
    return render_template(template, form=form, reasons=reasons or [], next=request.args.get("next")), refused
