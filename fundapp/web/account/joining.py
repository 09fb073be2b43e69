"""Taking up an invitation to the team of a bid, with the account of its address or a new one."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.models.people import OneTimeLink
from fundapp.queries import teams as queries
from fundapp.services import teams
from fundapp.services.accounts import WeakPassword
from fundapp.web.account.entering import go_on
from fundapp.web.account.forms import JoinForm
from fundapp.web.browsers import browser
from workflows.machine import Blocked
from workflows.team import MEANINGS, Part


def take_up(link: OneTimeLink, token: str) -> ResponseReturnValue:
    """Show what the invitation is for; with a press, join and begin a session. Raises `SpentLink`."""
    form = JoinForm.of(has_account=queries.has_account(link.email))
    if request.method == "GET":
        return _page(link, token, form)
    if not form.validate():
        return _page(link, token, form), 400
    try:
        name, password = form.given()
        return go_on(teams.join(token, browser(), name=name, password=password))
    except WeakPassword as weakness:
        form.password.errors = [str(weakness)]
        return _page(link, token, form), 400
    except Blocked as blocked:
        reasons = [f"{each.reason} {each.remedy}" for each in blocked.blockers]
        return _page(link, token, form, reasons), 409


def _page(link: OneTimeLink, token: str, form: JoinForm, reasons: list[str] | None = None) -> str:
    bid = queries.bid_of(link)
    return render_template(
        "account/join.html",
        link=link,
        token=token,
        form=form,
        reasons=reasons or [],
        bid=bid,
        onward=_onward(bid, link.payload.get("share")),
        meaning=MEANINGS[Part(link.payload["part"])],
    )


def _onward(bid: Application, share: int | None) -> str:
    """Where somebody goes who has joined: to the bid, or, of a partner, to the costs it sees alone."""
    if share is None:
        return url_for("apply.bid", reference=bid.reference)
    return url_for("apply.money", reference=bid.reference, number=share)
