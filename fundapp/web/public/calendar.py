"""A round's dates as a file that any calendar takes in (iCalendar, RFC 5545)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import Response, abort
from flask.typing import ResponseReturnValue
from icalendar import Calendar, Event

from fundapp.models.funds import Round
from fundapp.queries import extensions
from fundapp.queries import rounds as queries
from fundapp.web.guards import public
from fundapp.web.public import screen
from fundapp.web.public.pages import pages


@pages.get("/rounds/<ref>/dates.ics")
@public
def dates(ref: str) -> ResponseReturnValue:
    """Every date of the round, so that nobody has to copy a deadline by hand."""
    call = queries.public_round(ref)
    if call is None:
        abort(404)
    response = Response(calendar(call), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{call.ref}.ics"'
    return response


def calendar(call: Round) -> bytes:
    """The whole file. An event keeps its name when its date moves, so that a newer file replaces an older."""
    found = Calendar()
    found.add("prodid", "-//Innovation funds//Rounds//EN")
    found.add("version", "2.0")
    changes = _changes(call)
    for moment in screen.moments(call, call.rules, queries.next_cut_off(call)):
        found.add_component(_event(call, moment, changes))
    file: bytes = found.to_ical()
    return file


def _changes(call: Round) -> Sequence[datetime]:
    """When the dates changed since they were published: its close was moved, or a cut-off made way."""
    if call.closes_at is None:
        return queries.past_cut_offs(call)
    return [each.at for each in extensions.announced(call.id)]


def _event(call: Round, moment: screen.Moment, changes: Sequence[datetime]) -> Event:
    """One date. A calendar takes a later version by its number and the instant of the last change."""
    changed_at = max([call.published_at or call.created_at, *changes])
    event = Event()
    event.add("uid", f"{call.ref}-{moment.key}@{call.fund.slug}")
    event.add("sequence", len(changes))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("dtstart", _start(moment.at))
    event.add("summary", f"{call.fund.name}, round {call.number}: {moment.words}")
    return event


def _start(moment: date) -> date:
    """An instant in UTC, or a whole day."""
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
