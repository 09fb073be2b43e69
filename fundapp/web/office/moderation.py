"""Bids whose reading is done: marking is closed together, what disagrees is settled one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.queries import assessments, worklists
from fundapp.services import moderation as verbs
from fundapp.services import scores
from fundapp.services.scores import Standing
from fundapp.web.guards import held_here, requires
from fundapp.web.office.pages import counted, finding, hidden_from_me, me, number_in, pages
from fundapp.web.office.progress import ready_to_close
from fundapp.web.office.subjects import the_whole_round
from workflows.actors import Permission

LIST = Permission.BID_LIST
# Each bid brings all its marks, and is talked over.
PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Disputed:
    """A bid in moderation, its counting totals, and why it is here."""

    bid: Application
    totals: list[float]
    standing: Standing
    hidden: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """A bid that is fully read, and the step that would close its marking."""

    bid: Application
    standing: Standing
    action: str


@pages.get("/rounds/<ref>/moderation")
@requires(LIST, the_whole_round)
def moderation(call: Round) -> ResponseReturnValue:
    """What can be closed, and what has to be talked over."""
    after = number_in(request.args.get("after")) or 0
    found = worklists.in_state(call, "in_moderation", after, limit=PAGE_SIZE + 1)
    bids, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    hidden = hidden_from_me([bid.id for bid in bids])
    readings = assessments.of_bids([bid.id for bid in bids])
    rows = [_disputed(bid, readings.get(bid.id, ()), bid.id in hidden) for bid in bids]
    counts = assessments.counts_in_assessment([call.id])
    needed = call.rules.assessment.assessors_per_bid
    ready = ready_to_close(counts, needed)
    return render_template(
        "office/moderation.html", call=call, rows=rows, ready=ready,
        reading=sum(each.bids for each in counts),
        next=url_for("office.moderation", ref=call.ref, after=bids[-1].id) if more else "",
        page_title=_later(len(rows)) if after else _finding(len(rows), ready, more),
        axis=_axis(rows, call.rules.assessment.threshold),
    )  # fmt: skip


@pages.get("/rounds/<ref>/moderation/close")
@requires(LIST, the_whole_round)
def closing_marking(call: Round) -> ResponseReturnValue:
    """Where the scores would send every bid that is fully read, before anybody presses."""
    bids = worklists.fully_read(call, call.rules.assessment.assessors_per_bid)
    readings = assessments.of_bids([bid.id for bid in bids])
    rows = [_closing(bid, readings.get(bid.id, ())) for bid in bids]
    return render_template(
        "office/close_marking.html", call=call, rows=rows, hidden=hidden_from_me([bid.id for bid in bids]),
        whole=len(rows) < worklists.PAGE_SIZE, may_close=Permission.BID_RANK in held_here(),
    )  # fmt: skip


@pages.post("/rounds/<ref>/moderation/close")
@requires(Permission.BID_RANK, the_whole_round, sees=LIST)
def close_all(call: Round) -> ResponseReturnValue:
    """Close the marking of every bid that is fully read."""
    closed = verbs.close_all(call, me())
    if closed:
        flash(f"The marking of {counted(closed, 'bid', 'bids')} is closed.", "success")
    else:
        flash("No bid was ready to be closed: a colleague may have done it already.")
    return redirect(url_for("office.moderation", ref=call.ref))


def _closing(bid: Application, readings: Sequence[Assessment]) -> Closing:
    standing = scores.standing(bid, readings)
    return Closing(bid, standing, verbs.closing_action(bid, standing))


def _disputed(bid: Application, readings: Sequence[Assessment], hidden: bool) -> Disputed:
    totals = [float(each.total) for each in readings if scores.counts(each) and each.total is not None]
    return Disputed(bid, sorted(totals), scores.standing(bid, readings), hidden)


def _axis(rows: list[Disputed], threshold: int) -> dict[str, object]:
    lowest = min((row.totals[0] for row in rows if row.totals), default=50.0)
    start = max(0, int(min(lowest, threshold) // 10 * 10) - 5)
    return {"from": start, "to": 102, "ticks": list(range(start + 5, 101, 10)), "line": threshold}


def _later(disputed: int) -> str:
    return finding(f"{counted(disputed, 'more bid', 'more bids')} to settle")


def _finding(disputed: int, ready: int, more: bool) -> str:
    if disputed:
        number = counted(disputed, "bid", "bids")
        return finding(f"the assessors disagree on {'more than ' if more else ''}{number}")
    if ready:
        return finding(f"{counted(ready, 'bid is', 'bids are')} fully read")
    return "Nothing waits to be settled"
