"""The reserve list: bids a board would fund if money came free, stepped up one by one until it is closed."""

from collections.abc import Mapping, Sequence
from typing import Any

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from fundapp.models.meetings import Meeting, MeetingItem
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import approvals, budget, casework
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker

RESERVE = "reserve"
NOT_THEIRS = Blocker(
    "not_permitted", "The chair closes the reserve list, where they did not leave the room for its bids."
)
NONE_LEFT = Blocker("no_reserve", "No bid of this meeting is on the reserve list any more.")


def waiting(meeting: Meeting) -> list[MeetingItem]:
    """The items of a meeting whose bids are on the reserve list, in the order of discussion."""
    return [item for item in meeting.items if item.application.state == RESERVE]


@transaction()
def step_up(
    item: MeetingItem,
    *,
    amount_pence: int,
    reason: str,
    conditions: Sequence[Mapping[str, Any]],
    actor: Person,
) -> Decision:
    """Approve a bid of the reserve list, or recommend it where the ladder says that the delegate decides.

    In order: its amount is held by one guarded statement; a decision supersedes the one that put it in
    reserve, bound to the same version; the bid is approved, which takes effect at once, or goes to the
    delegate. Raises `BudgetExceeded` when the amount does not fit, and changes nothing.
    """
    bid, reserved = _locked(item)
    if not 0 < amount_pence <= bid.grant_requested_pence:
        raise _refused("amount", "The amount must be above nought and no more than the bid asks for.")
    budget.hold(bid.round_id, approvals.year_of(bid), amount_pence)
    item.held_pence = amount_pence
    body = approvals.rung_of(bid, amount_pence).body
    outcome, action = ("approve", "step_up") if body == "board" else ("recommend", "step_up_recommend")
    decision = _decided(reserved, outcome, amount_pence, reason, actor, conditions)
    facts = approvals.decision_facts(bid, decision, item) | {
        "deciding_body": body,
        "parts": parts_of(bid.id),
    }
    casework.advance(
        bid,
        action,
        actor,
        facts=facts,
        recorded={"decision_id": decision.id, "amount_pence": amount_pence},
        personal={"reason": reason},
    )
    if body == "board":
        approvals.take_effect(bid)
    else:
        casework.advance(bid, "ask_decider", actor)
    return decision


@transaction()
def close(meeting: Meeting, reason: str, actor: Person) -> list[Decision]:
    """Close the reserve list of a meeting: the bids still on it are declined, each with its letter.

    A bid for which this person left the room stays, for another chair.
    """
    items = waiting(meeting)
    theirs = [item for item in items if Permission.BID_STEP_UP in held_by(actor, item.application)]
    if not theirs:
        raise Blocked((NOT_THEIRS if items else NONE_LEFT,))
    return [_closed(item, reason, actor) for item in theirs]


def _closed(item: MeetingItem, reason: str, actor: Person) -> Decision:
    bid, reserved = _locked(item)
    decision = _decided(reserved, "decline", 0, reason, actor)
    casework.advance(
        bid,
        "close_reserve",
        actor,
        facts={"reason": reason, "parts": parts_of(bid.id)},
        recorded={"decision_id": decision.id},
        personal={"reason": reason},
    )
    return decision


def _locked(item: MeetingItem) -> tuple[Application, Decision]:
    """The item's bid, locked, with the decision that put it in reserve."""
    bid = item.application
    lock(bid)
    reserved = approvals.latest_decision(bid)
    if bid.state != RESERVE or reserved is None:
        raise _refused("not_in_reserve", "This bid is not on the reserve list any more.")
    return bid, reserved


def _decided(
    reserved: Decision,
    outcome: str,
    pence: int,
    reason: str,
    actor: Person,
    conditions: Sequence[Mapping[str, Any]] = (),
) -> Decision:
    decision = Decision(
        application_id=reserved.application_id,
        meeting_id=reserved.meeting_id,
        body="board",
        outcome=outcome,
        amount_pence=pence,
        conditions=[dict(condition) for condition in conditions],
        reason=reason,
        submission_sha256=reserved.submission_sha256,
        decided_by_id=actor.id,
        decided_at=clock.now(),
        effective_at=clock.now(),
        supersedes_id=reserved.id,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _refused(code: str, reason: str) -> Blocked:
    return Blocked((Blocker(code, reason),))
