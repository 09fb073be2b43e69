"""What a link in a mail opens: nothing happens before a button is pressed, for scanners open links too."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.people import OneTimeLink
from fundapp.services import accounts, links
from fundapp.services.accounts import WeakPassword
from fundapp.services.links import SpentLink
from fundapp.services.tries import TooManyTries
from fundapp.web.account.entering import go_on
from fundapp.web.account.forms import NewPasswordForm
from fundapp.web.account.pages import pages
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.browsers import browser
from fundapp.web.guards import public


@pages.route("/account/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> ResponseReturnValue:
    """Open a link: sign in at once, or choose a password."""
    found = links.look(token)
    if found is None:
        return _spent(token)
    form = NewPasswordForm()
    if request.method == "GET":
        return _page(found, token, form)
    try:
        if found.purpose == "sign_in":
            return go_on(accounts.sign_in_by_link(token, browser()))
        if not form.validate():
            return _page(found, token, form), 400
        return go_on(accounts.choose_password(token, form.password.data or "", browser()))
    except WeakPassword as weakness:
        form.password.errors = [str(weakness)]
        return _page(found, token, form), 400
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


def _page(found: OneTimeLink, token: str, form: NewPasswordForm) -> str:
    template = "account/link_sign_in.html" if found.purpose == "sign_in" else "account/choose_password.html"
    return render_template(template, token=token, form=form, link=found)


def _spent(token: str) -> ResponseReturnValue:
    return render_template("account/link_spent.html", token=token, reasons=[]), 410
