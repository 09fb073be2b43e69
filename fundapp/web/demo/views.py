"""Lets anybody be anybody at any time, in a demonstration only; elsewhere these addresses do not exist."""

from datetime import datetime

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue

from fundapp.queries.frame import time_and_kind
from fundapp.services import demo_clock, personas
from fundapp.services.demo_clock import ClockGoesForward, NotADemo
from fundapp.web import sessions
from fundapp.web.addresses import safe_next
from fundapp.web.browsers import browser
from fundapp.web.demo.moments import MOMENTS
from fundapp.web.demo.pages import pages
from fundapp.web.filters import clock_time, uk_date
from fundapp.web.guards import public


@pages.post("/persona")
@public
def persona() -> ResponseReturnValue:
    """Sign in as one of the invented people."""
    _insist_on_a_demo()
    token = _sign_in_as(request.form.get("persona", ""))
    if token is None:
        abort(400)
    sessions.carry(token)
    return redirect("/account/home")


@pages.post("/clock")
@public
def clock() -> ResponseReturnValue:
    """Move the clock forward and stay signed in, for idle sessions end by the same clock."""
    _insist_on_a_demo()
    moment = MOMENTS.get(request.form.get("clock", ""))
    if moment is None:
        abort(400)
    person = sessions.person()
    key = next((each.key for each in personas.PERSONAS if person and each.email == person.email), None)
    said = _move_to(moment.find())
    token = _sign_in_as(key) if key else None
    if token:
        sessions.carry(token)
        flash(said)
    return redirect(safe_next(request.form.get("next"), "/"))


def _insist_on_a_demo() -> None:
    _, is_demo = time_and_kind()
    if not is_demo:
        abort(404)


def _sign_in_as(key: str) -> str | None:
    try:
        return personas.sign_in_as(key, browser())
    except NotADemo:
        abort(404)


def _move_to(instant: datetime | None) -> str:
    if instant is None:
        return "There is no such moment ahead, so the clock stays where it is."
    try:
        demo_clock.move_clock(instant)
    except ClockGoesForward:
        return "That moment has passed, and the clock only moves forward."
    except NotADemo:
        abort(404)
    now, _ = time_and_kind()
    return f"The clock now says {clock_time(now)}, {uk_date(now)}."
