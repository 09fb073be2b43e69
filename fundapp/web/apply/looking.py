"""What an applicant looks at: all their bids, one bid with what is next, and its receipt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.queries import bid_files, organisations, outcomes, teams
from fundapp.queries import bids as queries
from fundapp.services import casework, costs
from fundapp.web.apply import closing, overview, promises, received, tasks, told
from fundapp.web.apply.clarifying import asked_of
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.promises import Promised
from fundapp.web.filters import uk_date
from fundapp.web.guards import held_here, requires
from workflows.actors import Permission
from workflows.rules import schedule

Answer = dict[str, Any]
NOT_SET = "Not set yet"


@pages.get("")
@requires(Permission.BID_START)
def index() -> ResponseReturnValue:
    """Every bid of this person and their organisations, and which of them comes next."""
    after = request.args.get("after", "")
    rows, older = queries.of_person(
        me().id, int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    )
    return render_template(
        "apply/index.html",
        older=older,
        firms=queries.organisations_of(me().id),
        shares=queries.partner_shares(me().id),
        asked=organisations.requests_of(me().id),
        **overview.of(rows),
    )


@pages.get("/<reference>")
@requires(Permission.BID_FOLLOW, own)
def bid(bid: Application) -> ResponseReturnValue:
    """One bid: while it is a draft what there is to do; afterwards where it stands."""
    machine, cut_off = casework.machine_of(bid), promises.cut_off_of(bid)
    dates = promises.promised(bid, cut_off)
    members = teams.team_of(bid)
    if bid.state == "draft":
        return _draft(bid, dates, members, cut_off)
    state = promises.shown_state(bid, machine)
    happened = queries.history(bid.id)
    award = outcomes.award_on(bid.id) if promises.is_answered(bid) else None
    kind, name = promises.KINDS.get(state, "wait"), machine.state(state).public_name
    if award is not None:
        kind, name = told.KINDS[award.state]
    dates = dates.later(promises.days_waited(happened))
    return render_template(
        "apply/bid.html",
        bid=bid,
        state=name,
        kind=kind,
        band=_answers(bid, state, name, dates, award, cut_off),
        timeline=promises.steps(bid, machine, happened, dates),
        members=members,
        reopening=closing.reopening_in_words(bid, cut_off) if _may_reopen(bid) else "",
        may_withdraw=not machine.state(bid.state).final and bid.state != "approved",
        is_answered=promises.is_answered(bid),
        asked=asked_of(bid),
    )


@pages.get("/<reference>/receipt")
@requires(Permission.BID_FOLLOW, own)
def receipt(bid: Application) -> ResponseReturnValue:
    """What was received, when, and the fingerprint of it."""
    return received.page(bid)


def _may_reopen(bid: Application) -> bool:
    return bid.state == "submitted" and schedule.takes(bid, clock.now())


def _draft(bid: Application, dates: Promised, members: Sequence[Any], cut_off: datetime | None) -> str:
    rules = bid.round.rules
    saved, files = queries.answers(bid.id), bid_files.added(bid.id)
    gaps = tasks.gaps_of(bid, saved, files, costs.stated_of(bid))
    parts = tasks.parts_of(bid, rules, saved, files, gaps, me())
    is_open = schedule.takes(bid, clock.now())
    return render_template(
        "apply/draft.html",
        bid=bid,
        parts=parts,
        band=_writing(parts, dates) if is_open else _closed(bid, dates),
        timeline=promises.steps(bid, casework.machine_of(bid), (), dates),
        members=members,
        cut_off=cut_off,
        is_open=is_open,
    )


def _writing(parts: list[tasks.Part], dates: Promised) -> dict[str, Answer]:
    done, total = tasks.counted(parts)
    following = tasks.next_of(parts)
    return {
        "next": {"text": following.text, "href": following.href, "note": following.hint},
        "going": {"text": f"{done} of {total} tasks done", "done": done, "total": total},
        "hear": _hear(dates),
    }


def _closed(bid: Application, dates: Promised) -> dict[str, Answer]:
    """The three answers for a draft whose round takes no more bids."""
    if bid.submitted_at:
        note = "What you wrote since is kept; it is no part of the bid."
        goes = {"text": f"{closing.version_in_words(bid)} goes forward", "note": note}
        return {"next": {"text": "Nothing"}, "going": goes, "hear": _hear(dates)}
    again = url_for("apply.again", reference=bid.reference) if Permission.BID_EDIT in held_here() else ""
    return {
        "next": {"text": "Use it in a later round", "href": again, "note": "What you wrote is kept."},
        "going": {"text": "Not sent in", "note": "The round takes no more bids."},
        "hear": {"text": "There is nothing to hear", "note": "Nobody judges a bid that was not sent in."},
    }


def _answers(
    bid: Application, state: str, name: str, dates: Promised, award: Award | None, cut_off: datetime | None
) -> dict[str, Answer]:
    """The three answers once a bid is out of its writers' hands."""
    since = {"text": name}
    if award is None and state == bid.state:
        since["note"] = f"Since {uk_date(bid.state_since)}"
    hear = _hear(dates)
    if promises.is_answered(bid):
        reading = {
            "text": "Read the decision",
            "href": url_for("apply.outcome", reference=bid.reference),
            "note": "The letter, the marks and what comes next.",
        }
        following = told.next_step(bid, award) if award and "href" in told.next_step(bid, award) else reading
        return {"next": following, "going": since, "hear": {"text": "You have heard", "note": ""}}
    if state == "withdrawn":
        return {
            "next": {"text": "Nothing"},
            "going": since,
            "hear": {"text": "This bid has ended", "note": ""},
        }
    if state == "clarification":
        note = "The time we promised stands still until then."
        following = {"text": "Answer our question", "href": "#asked", "note": note}
        return {"next": following, "going": since, "hear": hear}
    note = "We have everything we need."
    if _may_reopen(bid):
        note = f"You can reopen it until {closing.until_in_words(bid, cut_off)}."
    return {"next": {"text": "Nothing: we have your bid", "note": note}, "going": since, "hear": hear}


def _hear(dates: Promised) -> Answer:
    text = f"By {uk_date(dates.hear_on)}" if dates.hear_on else NOT_SET
    return {"text": text, "note": promises.FEEDBACK}
