"""Meetings of the board for tests: a round brought to its meeting, sat through and closed by the verbs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.services import board
from tests.factories import region as made
from tests.factories.region import Region
from workflows.rules.quorum import Choice

REASON = "The need is clearly shown."
CONDITIONS = [{"moment": "Before the first payment", "text": "Show your match.", "before_payment": True}]


def assessed(
    region: Region, call: Round, marks: Sequence[int], *, pence: int = 5_000_000, first: int = 1
) -> list[Application]:
    """Bids of one round, each with one mark from everybody, ready for the board."""
    bids = [made.apply(region, call, first + place, pence=pence) for place in range(len(marks))]
    made.pass_time(days=31)
    made.assess(region, call, bids, list(marks))
    return bids


def plan(region: Region, call: Round, bids: Sequence[Application]) -> Meeting:
    """A meeting tomorrow with the whole board."""
    return board.plan_meeting(
        call,
        title="Investment panel",
        meets_at=_tomorrow(),
        quorum=5,
        members=region.members,
        chair=region.chair,
        bids=bids,
        actor=region.officer,
    )


def _tomorrow() -> datetime:
    instant = clock.now()
    db.session.rollback()
    return instant + timedelta(days=1)


def in_session(region: Region, call: Round, bids: Sequence[Application]) -> Meeting:
    """The same meeting with everybody in the room."""
    meeting = plan(region, call, bids)
    board.issue_papers(meeting, region.officer)
    return board.open_session(meeting, region.board, region.chair)


def carry(region: Region, item: MeetingItem) -> MeetingItem:
    """Everybody who may votes for the item."""
    for member in region.board:
        if member.id in board.able_to_vote(item):
            board.vote(item, Choice.FOR, member)
    return item


def record(
    region: Region, item: MeetingItem, outcome: str = "approve", pence: int | None = None
) -> MeetingItem:
    """The chair records an outcome, with one condition where it is an approval."""
    amount = item.application.grant_requested_pence if pence is None else pence
    return board.record_outcome(
        item,
        outcome,
        amount_pence=amount,
        reason=REASON,
        conditions=CONDITIONS if outcome == "approve" else [],
        actor=region.chair,
    )


def decided(region: Region, call: Round, bids: Sequence[Application], outcomes: Sequence[str]) -> Meeting:
    """A meeting that decided on every bid, and closed."""
    meeting = in_session(region, call, bids)
    for item, outcome in zip(list(meeting.items), outcomes, strict=True):
        record(region, carry(region, item), outcome)
    board.close(meeting, region.officer)
    return meeting
