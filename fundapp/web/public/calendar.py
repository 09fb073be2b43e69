"""A round's dates as a file that any calendar takes in (iCalendar, RFC 5545)."""

from datetime import UTC, date, datetime

from flask import Response, abort
from flask.typing import ResponseReturnValue

from fundapp.models.funds import Round
from fundapp.queries import rounds as queries
from fundapp.web.guards import public
from fundapp.web.public import screen
from fundapp.web.public.pages import pages

LONGEST_LINE = 73  # octets; a longer line is folded, and the fold itself takes two of the 75 allowed


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


def calendar(call: Round) -> str:
    """The whole file. An event keeps its name when its date moves, so that a newer file replaces an older."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Innovation funds//Rounds//EN"]
    for moment in screen.moments(call, call.rules, queries.next_cut_off(call)):
        lines += _event(call, moment)
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _event(call: Round, moment: screen.Moment) -> list[str]:
    stamp = call.published_at or call.created_at
    return [
        "BEGIN:VEVENT",
        f"UID:{call.ref}-{moment.key}@{call.fund.slug}",
        f"DTSTAMP:{_instant(stamp)}",
        f"DTSTART{_start(moment.at)}",
        f"SUMMARY:{_text(f'{call.fund.name}, round {call.number}: {moment.words}')}",
        "END:VEVENT",
    ]


def _start(moment: date) -> str:
    """An instant, or a whole day."""
    return f":{_instant(moment)}" if isinstance(moment, datetime) else f";VALUE=DATE:{moment:%Y%m%d}"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    for sign in "\\;,":
        words = words.replace(sign, f"\\{sign}")
    return words


def _folded(line: str) -> list[str]:
    """The line in pieces no longer than a calendar reads, each after the first begun by a space."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
