"""Follow a round by mail: ask, confirm the link, stop with one press. Nobody needs an account for it."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.extensions import csrf
from fundapp.queries import rounds as queries
from fundapp.services import following, stopping
from fundapp.services.links import SpentLink
from fundapp.services.tries import TooManyTries
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.browsers import browser
from fundapp.web.fields import EmailField
from fundapp.web.guards import public
from fundapp.web.public.pages import pages


class FollowForm(FlaskForm):  # type: ignore[misc]
    """Where to write."""

    email = EmailField("Your e-mail address", required="Enter your e-mail address")


@pages.route("/rounds/<ref>/follow", methods=["GET", "POST"])
@public
def follow(ref: str) -> ResponseReturnValue:
    """Ask to hear of a round; the answer is the same whatever the address."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    form = FollowForm()
    if not form.validate_on_submit():
        refused = 400 if request.method == "POST" else 200
        return render_template("public/follow.html", call=call, form=form, reasons=[]), refused
    try:
        following.ask(call, form.email.data or "", browser())
    except TooManyTries as wait:
        reasons = [wait_in_words(wait)]
        return render_template("public/follow.html", call=call, form=form, reasons=reasons), 429
    return render_template("public/follow_asked.html", call=call, email=form.email.data)


@pages.route("/follow/<token>", methods=["GET", "POST"])
@public
def confirm_following(token: str) -> ResponseReturnValue:
    """What the link in the first mail opens: one press follows, for scanners open links too."""
    if request.method == "GET":
        call = following.look(token)
        return render_template("public/follow_confirm.html", call=call, token=token) if call else _spent()
    try:
        call = following.confirm(token)
    except SpentLink:
        return _spent()
    return render_template("public/follow_done.html", call=call, stopped=False)


@csrf.exempt  # type: ignore[untyped-decorator]
@pages.route("/follow/stop/<token>", methods=["GET", "POST"])
@public
def stop_following(token: str) -> ResponseReturnValue:
    """Stop the mails of a follower.

    A mail program sends this by itself (RFC 8058) and has no form token; all the secret link can do is stop.
    """
    if stopping.follower_of(token) is None:
        abort(404)
    if request.method == "GET":
        return render_template("public/follow_stop.html", token=token)
    following.stop(token)
    return render_template("public/follow_done.html", call=None, stopped=True)


def _spent() -> ResponseReturnValue:
    return render_template("public/follow_spent.html"), 410
