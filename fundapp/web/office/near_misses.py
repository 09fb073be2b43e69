"""The presses of Submit that were refused close to a round's close, with their stamps."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.funds import Round
from fundapp.queries import near_misses as queries
from fundapp.queries.near_misses import NearMiss
from fundapp.web.guards import requires
from fundapp.web.office.pages import finding, number_in, pages
from fundapp.web.office.subjects import the_round
from workflows.actors import Permission
from workflows.rules import schedule

REASONS = {
    schedule.TOO_LATE: "the round had closed",
    "gap": "something was missing",
    "not_declared": "a declaration was not made",
    "not_signed": "the signature was not complete",
    "amount_low": "the amount was below the range",
    "amount_high": "the amount was above the range",
}
OTHERWISE = "the bid could not be sent in as it stood"


@pages.get("/rounds/<ref>/near-misses")
@requires(Permission.BID_LIST, the_round)
def near_misses(call: Round) -> ResponseReturnValue:
    """Every press refused close to the close: whose, how late it was judged, and what was in the way."""
    found, more = queries.of_round(call.id, number_in(request.args.get("after")) or 0)
    onward = url_for("office.near_misses", ref=call.ref, after=more) if more else ""
    return render_template(
        "office/near_misses.html", call=call, presses=[_row(each) for each in found], onward=onward,
        page_title="Presses refused near the close" if found else "No press was a near miss",
    )  # fmt: skip


def _row(press: NearMiss) -> dict[str, str]:
    seconds = press.late.total_seconds()
    side = "after" if seconds >= 0 else "before"
    return {
        "reference": press.reference,
        "organisation": press.organisation,
        "by": press.by,
        "at": _stamp(press.at),
        "closes_at": _stamp(press.closes_at),
        "late": f"{abs(seconds):.3f} s {side}",
        "reasons": finding(*dict.fromkeys(REASONS.get(code, OTHERWISE) for code in press.blockers)),
    }


def _stamp(instant: datetime) -> str:
    """An instant to the thousandth of a second, as read off a clock in the UK."""
    return clock.in_london(instant).strftime("%H:%M:%S.%f")[:-3]
