"""One's own account: the password, the phone, and every browser that is signed in."""

from flask import abort, flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.queries import own_data
from fundapp.queries import sessions as queries
from fundapp.services import accounts, addresses
from fundapp.services import sessions as services
from fundapp.services.accounts import WeakPassword, WrongPassword
from fundapp.services.tries import TooManyTries
from fundapp.web import sessions
from fundapp.web.account.forms import ChangePasswordForm, NewAddressForm
from fundapp.web.account.pages import pages
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.browsers import browser
from fundapp.web.guards import requires
from fundapp.web.navigation import ROLE_NAMES, home_of
from workflows.actors import Permission


@pages.get("/account")
@requires(Permission.ACCOUNT_USE)
def account() -> ResponseReturnValue:
    """What is kept of oneself, and where one is signed in."""
    record = sessions.live()
    return render_template(
        "account/account.html",
        owner=record.person,
        roles=[ROLE_NAMES[role] for role in ROLE_NAMES if role in record.person.roles],
        browsers=queries.open_of(record.person_id),
        this_one=record.id,
    )


@pages.get("/account/everything")
@requires(Permission.ACCOUNT_USE)
def everything() -> ResponseReturnValue:
    """Everything that is kept about oneself, as a file."""
    response = jsonify(own_data.of(sessions.live().person))
    response.headers["Content-Disposition"] = 'attachment; filename="everything-about-you.json"'
    return response


@pages.get("/account/home")
@requires(Permission.ACCOUNT_USE)
def home() -> ResponseReturnValue:
    """Go to the page one's role begins with."""
    return redirect(home_of(sessions.live().person))


@pages.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def change_password() -> ResponseReturnValue:
    """Choose a new password; every other browser is signed out."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _password_page(form)
    try:
        changed = accounts.change_password(
            sessions.live(), form.current.data or "", form.password.data or "", browser()
        )
    except WrongPassword:
        form.current.errors = ["Your current password is not right"]
        return _password_page(form)
    except WeakPassword as weakness:
        form.password.errors = [str(weakness)]
        return _password_page(form)
    except TooManyTries as wait:
        form.current.errors = [wait_in_words(wait)]
        return _password_page(form, 429)
    sessions.carry(changed.token)
    flash("Your password is changed. Every other browser was signed out.", "success")
    return redirect(url_for("account.account"))


@pages.route("/account/email", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
def change_email() -> ResponseReturnValue:
    """Ask for another address; nothing changes before its own link is opened."""
    record = sessions.live()
    form = NewAddressForm.of(has_password=record.person.password_hash is not None)
    if not form.validate_on_submit():
        return _address_page(form)
    password = form.password.data or "" if "password" in form else ""
    try:
        addresses.ask(record, form.email.data or "", password, browser())
    except WrongPassword:
        form.password.errors = ["Your password is not right"]
        return _address_page(form)
    except TooManyTries as wait:
        form.email.errors = [wait_in_words(wait)]
        return _address_page(form, 429)
    return render_template("account/sent.html", email=form.email.data)


@pages.post("/account/sessions/<int:number>/end")
@requires(Permission.ACCOUNT_USE)
def end_session(number: int) -> ResponseReturnValue:
    """Sign another of one's own browsers out."""
    if not services.end(number, person_id=sessions.live().person_id):
        abort(404)
    flash("That browser is signed out.", "success")
    return redirect(url_for("account.account"))


def _address_page(form: NewAddressForm, status: int | None = None) -> ResponseReturnValue:
    return render_template("account/email.html", form=form), status or (400 if form.errors else 200)


def _password_page(form: ChangePasswordForm, status: int | None = None) -> ResponseReturnValue:
    return render_template("account/password.html", form=form), status or (400 if form.errors else 200)
