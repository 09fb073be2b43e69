"""What an applicant looks at: all their bids, one bid with what is next, and its receipt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.applications import Application, Submission
from fundapp.models.awards import Award
from fundapp.queries import bid_files, keeping, organisations, outcomes, rounds, teams
from fundapp.queries import bids as queries
from fundapp.services import casework, costs, equality
from fundapp.web.apply import overview, promises, tasks, told
from fundapp.web.apply.clarifying import asked_of
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.promises import Promised
from fundapp.web.filters import uk_date, uk_datetime
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import kinds, showing
from workflows.rules import schedule
from workflows.rules.marked import Block

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
    machine = casework.machine_of(bid)
    dates = promises.promised(bid, _cut_off(bid))
    members = teams.team_of(bid)
    if bid.state == "draft":
        return _draft(bid, dates, members)
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
        band=_answers(bid, state, name, dates, award),
        timeline=promises.steps(bid, machine, happened, dates),
        members=members,
        may_reopen=bid.state == "submitted" and schedule.takes(bid, clock.now()),
        may_withdraw=not machine.state(bid.state).final and bid.state != "approved",
        is_answered=promises.is_answered(bid),
        asked=asked_of(bid),
    )


@pages.get("/<reference>/receipt")
@requires(Permission.BID_FOLLOW, own)
def receipt(bid: Application) -> ResponseReturnValue:
    """What was received, when, and the fingerprint of it."""
    version = queries.last_version(bid.id)
    if version is None:
        abort(404)
    return render_template(
        "apply/receipt.html",
        bid=bid,
        version=version,
        said=_said(bid, version),
        paper=keeping.paper(version),
        may_reopen=bid.state == "submitted" and schedule.takes(bid, clock.now()),
        equality=equality.token_of(bid.round.ref) if equality.takes_forms(bid.round) else "",
    )


def _said(bid: Application, version: Submission) -> list[tuple[str, Sequence[Block]]]:
    """Every question that was asked, with what the version answers to it."""
    rules, answers = bid.round.rules, version.content["answers"]
    hidden = showing.hidden(rules.questions, answers)
    asked = [each for each in rules.of_kind(*kinds.ANSWERED) if each.key not in hidden]
    return [(each.label, kinds.blocks(each, answers.get(each.key, {}))) for each in asked]


def _cut_off(bid: Application) -> datetime | None:
    """When a rolling round's bid is, or would be, gathered with others; nothing where the round closes."""
    if bid.round.closes_at is not None:
        return None
    return queries.cut_off(bid) or rounds.next_cut_offs([bid.round_id]).get(bid.round_id)


def _draft(bid: Application, dates: Promised, members: Sequence[Any]) -> str:
    rules = bid.round.rules
    saved, files = queries.answers(bid.id), bid_files.added(bid.id)
    gaps = tasks.gaps_of(bid, saved, files, costs.stated_of(bid))
    parts = tasks.parts_of(bid, rules, saved, files, gaps, me())
    return render_template(
        "apply/draft.html",
        bid=bid,
        parts=parts,
        band=_writing(bid, parts, dates),
        timeline=promises.steps(bid, casework.machine_of(bid), (), dates),
        members=members,
        is_open=schedule.takes(bid, clock.now()),
    )


def _writing(bid: Application, parts: list[tasks.Part], dates: Promised) -> dict[str, Answer]:
    done, total = tasks.counted(parts)
    following = tasks.next_of(parts)
    if not schedule.takes(bid, clock.now()):
        kept = "What you sent in before goes forward." if bid.submitted_at else "What you wrote is kept."
        going = {"text": f"{done} of {total} tasks done", "done": done, "total": total}
        return {"next": {"text": "The round has closed", "note": kept}, "going": going, "hear": _hear(dates)}
    warning = "Not sent in yet. " if done == total - 1 else ""
    return {
        "next": {"text": following.text, "href": following.href, "note": warning + following.hint},
        "going": {
            "text": f"{done} of {total} tasks done",
            "done": done,
            "total": total,
            "note": tasks.time_left(bid),
        },
        "hear": _hear(dates),
    }


def _answers(
    bid: Application, state: str, name: str, dates: Promised, award: Award | None
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
    closes = schedule.closes(bid)
    if state == "submitted" and closes and schedule.takes(bid, clock.now()):
        note = f"You can reopen it until {uk_datetime(closes)}."
    return {"next": {"text": "Nothing: we have your bid", "note": note}, "going": since, "hear": hear}


def _hear(dates: Promised) -> Answer:
    text = f"By {uk_date(dates.hear_on)}" if dates.hear_on else NOT_SET
    return {"text": text, "note": promises.FEEDBACK}
