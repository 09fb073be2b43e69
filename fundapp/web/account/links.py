"""What a link in a mail opens: nothing happens before a button is pressed, for scanners open links too."""

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.people import OneTimeLink, Purpose
from fundapp.services import accounts, addresses, links
from fundapp.services.accounts import WeakPassword
from fundapp.services.links import SpentLink
from fundapp.services.tries import TooManyTries
from fundapp.web.account.entering import go_on
from fundapp.web.account.forms import NewPasswordForm
from fundapp.web.account.joining import take_up
from fundapp.web.account.pages import pages
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.browsers import browser
from fundapp.web.guards import public


@pages.route("/account/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> ResponseReturnValue:
    """Open a link: its page says what it does, and a press does it."""
    found = links.look(token)
    if found is None:
        return _spent(token)
    try:
        return _OPENED[found.purpose](found, token)
    except SpentLink:
        return _spent(token)


@pages.post("/account/link/<token>/again")
@public
def link_again(token: str) -> ResponseReturnValue:
    """Send a fresh link to the address an old one was sent to."""
    try:
        accounts.send_again(token, browser())
    except TooManyTries as wait:
        return render_template("account/link_spent.html", token=token, reasons=[wait_in_words(wait)]), 429
    return redirect(url_for("account.link_sent"))


@pages.get("/account/link-sent")
@public
def link_sent() -> ResponseReturnValue:
    """Say where to look."""
    return render_template("account/sent.html", email=None)


def _sign_in(found: OneTimeLink, token: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _page("account/link_sign_in.html", found, token)
    return go_on(accounts.sign_in_by_link(token, browser()))


def _new_address(found: OneTimeLink, token: str) -> ResponseReturnValue:
    if request.method == "GET":
        return _page("account/link_new_address.html", found, token)
    return go_on(addresses.confirm(token, browser()))


def _choose_password(found: OneTimeLink, token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    if request.method == "GET":
        return _page("account/choose_password.html", found, token, form)
    if not form.validate():
        return _page("account/choose_password.html", found, token, form), 400
    try:
        return go_on(accounts.choose_password(token, form.password.data or "", browser()))
    except WeakPassword as weakness:
        form.password.errors = [str(weakness)]
        return _page("account/choose_password.html", found, token, form), 400


def _page(template: str, found: OneTimeLink, token: str, form: FlaskForm | None = None) -> str:
    return render_template(template, token=token, form=form or FlaskForm(), link=found)


def _spent(token: str) -> ResponseReturnValue:
    return render_template("account/link_spent.html", token=token, reasons=[]), 410


_OPENED: Mapping[Purpose, Callable[[OneTimeLink, str], ResponseReturnValue]] = {
    "sign_in": _sign_in,
    "new_address": _new_address,
    "team": take_up,
    "register": _choose_password,
    "invite": _choose_password,
    "reset": _choose_password,
}
