"""Turns what a meeting recorded on an item into a decision on its bid; part of closing the meeting."""

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.decisions import Decision
from fundapp.models.meetings import MeetingItem
from fundapp.models.people import Person
from fundapp.services import approvals, casework
from fundapp.services.votes import count_votes


def decide(item: MeetingItem, actor: Person) -> Decision:
    """Make an item's outcome a decision bound to the bid's version, and take the bid where it leads.

    A bid that ends here is told at the round's release, or at once in a round that has none.
    """
    bid, outcome = item.application, str(item.outcome)
    amount = item.amount_pence or 0 if outcome == "approve" else 0
    body = approvals.rung_of(bid, amount).body if amount else "board"
    decision = _add_decision(item, outcome, amount, body)
    facts = approvals.decision_facts(bid, decision, item) | {
        "decision": outcome,
        "carried": count_votes(item).carried,
        "deciding_body": body,
    }
    action = "board_recommend" if amount and body == "delegate" else f"board_{outcome}"
    bid.decision_release_at = bid.round.release_at or clock.now()
    casework.advance(
        bid, action, actor, facts=facts, recorded={"decision_id": decision.id, "amount_pence": amount}
    )
    if action == "board_recommend":
        casework.advance(bid, "ask_decider", actor)
    if action == "board_approve":
        approvals.take_effect(bid)
    return decision


def _add_decision(item: MeetingItem, outcome: str, amount: int, body: str) -> Decision:
    earlier = approvals.latest_decision(item.application)
    decision = Decision(
        application_id=item.application_id,
        meeting_id=item.meeting_id,
        body="board",
        outcome="recommend" if amount and body == "delegate" else outcome,
        amount_pence=amount,
        conditions=item.conditions,
        reason=item.reason,
        submission_sha256=approvals.latest_version(item.application).sha256,
        decided_by_id=item.recorded_by_id,
        decided_at=clock.now(),
        effective_at=clock.now(),
        supersedes_id=earlier.id if earlier else None,
    )
    db.session.add(decision)
    db.session.flush()
    return decision
