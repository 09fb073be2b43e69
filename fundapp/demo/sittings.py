"""Holds the demonstration's meetings, and lets the delegate decide, by the verbs the pages use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import TYPE_CHECKING, Any

from fundapp.demo.cast import Cast
from fundapp.demo.rounds import Call, ranked
from fundapp.demo.timeline import Timeline
from fundapp.services import approvals, board, budget, decisions
from fundapp.services.budget import BudgetExceeded
from workflows.rules.quorum import Choice

LEFT_TO_VISITORS = 3

if TYPE_CHECKING:
    from fundapp.services.board import Meeting, MeetingItem


def convene(cast: Cast, line: Timeline, call: Call, *, title: str, day: int) -> None:
    """Plan the meeting on the ranked list and issue its papers."""
    meeting = board.plan_meeting(
        call.round,
        title=title,
        meets_at=line.at(day, time(10)),
        quorum=5,
        members=cast.members,
        chair=cast.chair,
        bids=ranked(call),
        actor=cast.officer,
    )
    board.issue_papers(meeting, cast.officer)
    call.meeting = meeting


def begin(cast: Cast, line: Timeline, call: Call) -> None:
    """Hold most of the meeting, and leave a few bids at the funding line to whoever looks around.

    There is money for the first of them. Half of the board has voted on each: with the personas' votes
    they are carried.
    """
    meeting = _meeting_of(call)
    line.go(0, time(10, 5))
    board.open_session(meeting, cast.board, cast.chair)
    others = [each for each in cast.board if each not in cast.persona.values()]
    first = last_that_fits(meeting)
    for position, item in enumerate(list(meeting.items)):
        is_left = first <= position < first + LEFT_TO_VISITORS
        for member in others[: len(cast.board) // 2] if is_left else cast.board:
            board.vote(item, Choice.FOR, member)
        if position < first:
            _outcome(cast, item, in_reserve=0)
        elif not is_left:
            _record(cast, item, "decline")


def last_that_fits(meeting: Meeting) -> int:
    """The place of the last bid that can be approved, going down the list, before the money runs out."""
    left: dict[int, int] = {}
    for position, item in enumerate(meeting.items):
        year = approvals.year_of(item.application)
        left.setdefault(year, budget.left(meeting.round_id, year))
        left[year] -= item.application.grant_requested_pence
        if left[year] < 0:
            return position - 1
    return len(meeting.items) - LEFT_TO_VISITORS


def sit(cast: Cast, call: Call) -> None:
    """Hold the meeting: approve down the list while the money lasts, reserve a few, decline the rest."""
    meeting = _meeting_of(call)
    board.open_session(meeting, cast.board, cast.chair)
    board.declare_interest(
        meeting.items[0], "Met the founder at an event", leaves=False, actor=cast.members[1]
    )
    in_reserve = 0
    for item in list(meeting.items):
        for member in cast.board:
            board.vote(item, Choice.FOR, member)
        outcome = _outcome(cast, item, in_reserve)
        in_reserve += outcome == "reserve"
    board.close(meeting, cast.officer)


def _meeting_of(call: Call) -> Meeting:
    if call.meeting is None:
        raise LookupError("no meeting was convened for this round")
    return call.meeting


def _outcome(cast: Cast, item: MeetingItem, in_reserve: int) -> str:
    bid = item.application
    good = bid.state == "at_board" and float(bid.score or 0) >= 60
    for outcome in ("approve", "reserve", "decline") if good and in_reserve < 3 else ("decline",):
        if outcome == "approve" and in_reserve:
            continue
        try:
            _record(cast, item, outcome)
        except BudgetExceeded:
            continue
        return outcome
    return "decline"


def _record(cast: Cast, item: MeetingItem, outcome: str) -> None:
    conditions: list[Mapping[str, Any]] = [
        {
            "moment": "Before the first payment",
            "text": "Show that your match is in place.",
            "before_payment": True,
        },
        {"moment": "During the project", "text": "Tell us within 10 working days if the dates move."},
        {"moment": "At the end", "text": "Send a final report and keep your records."},
    ]
    board.record_outcome(
        item,
        outcome,
        amount_pence=item.application.grant_requested_pence,
        reason={
            "approve": "The panel thought the need was clearly shown and liked that the unknowns are named.",
            "reserve": "A good bid for which the money did not reach this time.",
            "decline": "The panel was not persuaded that the plan would answer the main unknown.",
        }[outcome],
        conditions=conditions if outcome == "approve" else [],
        actor=cast.chair,
    )


def decide(cast: Cast, call: Call) -> None:
    """Let the delegate decide on what the board recommended: all but the last one to fund."""
    waiting = [bid for bid in call.bids if bid.state == "awaiting_decision"]
    for position, bid in enumerate(waiting):
        if position == len(waiting) - 1 and position > 2:
            decisions.decline(
                bid, "The price asked leaves too little for later rounds.", cast.persona["decider"]
            )
        else:
            decisions.decide(bid, "In line with the panel's recommendation.", cast.persona["decider"])
