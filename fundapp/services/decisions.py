"""The delegate's decision, where the ladder says that the board only recommends."""

from datetime import datetime

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from fundapp.models.meetings import MeetingItem
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import approvals, budget, casework, working_days
from fundapp.transaction import transaction
from workflows.machine import Blocker


class NothingToDecide(Exception):
    """This bid has no recommendation waiting for a decision."""


@transaction()
def decide(bid: Application, reason: str, actor: Person) -> Decision:
    """Decide to fund what the board recommended, at exactly its amount.

    In order: a decision row is added that supersedes the recommendation; the bid is decided; the
    call-in begins, and the approval takes effect when its clear working days have passed.
    """
    recommended, item = _waiting(bid)
    decided_at = clock.now()
    effective_at = _after_call_in(bid, recommended.amount_pence, decided_at)
    made = _add(bid, recommended, "approve", recommended.amount_pence, reason, actor, effective_at)
    casework.advance(
        bid,
        "decide",
        actor,
        facts=approvals.decision_facts(bid, made, item) | _delegate_facts(bid),
        recorded={"decision_id": made.id, "amount_pence": made.amount_pence},
    )
    bid.decision_release_at = max(bid.round.release_at or effective_at, effective_at)
    approvals.take_effect(bid)
    return made


@transaction()
def decline(bid: Application, reason: str, actor: Person) -> Decision:
    """Decide not to fund: the hold is freed, and the letter with feedback is promised."""
    recommended, item = _waiting(bid)
    made = _add(bid, recommended, "decline", 0, reason, actor, clock.now())
    _free_hold(bid, item)
    bid.decision_release_at = bid.round.release_at or clock.now()
    casework.advance(
        bid,
        "decline",
        actor,
        facts=_delegate_facts(bid) | {"reason": reason},
        recorded={"decision_id": made.id},
    )
    return made


@transaction()
def send_back(bid: Application, reason: str, actor: Person) -> Decision:
    """Send the recommendation back to the board with a reason: the hold is freed."""
    recommended, item = _waiting(bid)
    made = _add(bid, recommended, "send_back", 0, reason, actor, clock.now())
    _free_hold(bid, item)
    casework.advance(
        bid,
        "send_back",
        actor,
        facts=_delegate_facts(bid) | {"reason": reason},
        recorded={"decision_id": made.id},
    )
    return made


def blockers(bid: Application, action: str, actor: Person) -> tuple[Blocker, ...]:
    """Why this person may not take this step on a recommendation now, its reason aside."""
    recommended, item = _waiting(bid)
    facts = (
        approvals.decision_facts(bid, recommended, item) | _delegate_facts(bid) | {"reason": "to be given"}
    )
    return casework.blockers(bid, action, actor, facts)


def effective_at(bid: Application) -> datetime:
    """When a decision to fund that is taken now would take effect."""
    recommended, _ = _waiting(bid)
    return _after_call_in(bid, recommended.amount_pence, clock.now())


def _waiting(bid: Application) -> tuple[Decision, MeetingItem]:
    decision, item = approvals.latest_decision(bid), approvals.deciding_item(bid)
    if decision is None or item is None:
        raise NothingToDecide
    return decision, item


def _delegate_facts(bid: Application) -> dict[str, object]:
    return {"parts": parts_of(bid.id), "deciding_body": "delegate"}


def _free_hold(bid: Application, item: MeetingItem) -> None:
    budget.hold(bid.round_id, approvals.year_of(bid), -item.held_pence)
    item.held_pence = 0


def _after_call_in(bid: Application, pence: int, decided_at: datetime) -> datetime:
    days = approvals.rung_of(bid, pence).call_in_days
    return working_days.call_in_ends(decided_at, days) if days else decided_at


def _add(
    bid: Application,
    superseded: Decision,
    outcome: str,
    pence: int,
    reason: str,
    actor: Person,
    effective_at: datetime,
) -> Decision:
    decision = Decision(
        application_id=bid.id,
        meeting_id=superseded.meeting_id,
        body="delegate",
        outcome=outcome,
        amount_pence=pence,
        conditions=superseded.conditions if pence else [],
        reason=reason,
        submission_sha256=approvals.latest_version(bid).sha256,
        decided_by_id=actor.id,
        decided_at=clock.now(),
        effective_at=effective_at,
        supersedes_id=superseded.id,
    )
    db.session.add(decision)
    db.session.flush()
    return decision
