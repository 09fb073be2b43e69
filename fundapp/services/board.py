"""The board's meeting: its list, its members' interests and votes, outcomes that hold budget, the close."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from fundapp.models.funds import Round
from fundapp.models.meetings import (
    InterestDeclaration,
    Meeting,
    MeetingItem,
    MeetingMember,
    Vote,
)
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import approvals, budget, casework, outcomes
from fundapp.services.votes import able_to_vote, count_votes, recused
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker
from workflows.rules import quorum
from workflows.rules.duties import Duty, clashes
from workflows.rules.quorum import Choice

OUTCOMES = ("approve", "reserve", "defer", "decline")
OVER = ("closed", "minutes_signed", "abandoned")


@transaction()
def plan_meeting(
    call: Round,
    *,
    title: str,
    meets_at: datetime,
    quorum: int,
    members: Sequence[Person],
    chair: Person,
    bids: Sequence[Application],
    actor: Person,
) -> Meeting:
    """Plan a meeting and put bids on its list, in the order given.

    In order: the meeting is opened with its members; each bid is referred to the board and listed.
    """
    meeting = Meeting(round_id=call.id, title=title, meets_at=meets_at, quorum=quorum, created_at=clock.now())
    casework.open_case(meeting, actor, recorded={"round_id": call.id})
    everyone = {person.id: person for person in (*members, chair)}
    db.session.add_all(
        MeetingMember(
            meeting_id=meeting.id, person_id=person_id, is_chair=person_id == chair.id, is_present=False
        )
        for person_id in everyone
    )
    for position, bid in enumerate(bids, start=1):
        casework.advance(bid, "refer", actor, recorded={"meeting_id": meeting.id})
        db.session.add(_new_item(meeting, bid, position))
    db.session.flush()
    return meeting


@transaction()
def issue_papers(meeting: Meeting, actor: Person) -> Meeting:
    """Issue the papers: members are told, and can read every bid on the list they declared no interest in."""
    casework.advance(meeting, "issue_papers", actor, facts={"agenda_size": len(meeting.items)})
    return meeting


@transaction()
def open_session(meeting: Meeting, present: Sequence[Person], actor: Person) -> Meeting:
    """Open the sitting with the members who are there; from now on they vote."""
    there = {person.id for person in present}
    for member in meeting.members:
        member.is_present = member.person_id in there
    casework.advance(
        meeting,
        "open",
        actor,
        facts={"members_present": sum(member.is_present for member in meeting.members)},
        recorded={"present": sorted(there)},
    )
    return meeting


@transaction()
def declare_interest(item: MeetingItem, nature: str, leaves: bool, actor: Person) -> InterestDeclaration:
    """Declare an interest in one item, for the minutes.

    A member who leaves loses sight of the papers at once, is not in the quorum and cannot vote; a vote
    already cast counts for nothing.
    """
    _insist(item.meeting, actor, Permission.MEETING_DECLARE)
    if item.meeting.state in OVER:
        raise _refused("meeting_over", "The meeting is over, so nothing more can be declared in it.")
    lock(item)
    declared = db.session.get(InterestDeclaration, (item.id, actor.id))
    if declared is None:
        declared = InterestDeclaration(
            item_id=item.id, person_id=actor.id, nature=nature, leaves=leaves, declared_at=clock.now()
        )
        db.session.add(declared)
    else:
        declared.leaves = declared.leaves or leaves
    casework.note(
        "meeting",
        item.meeting_id,
        "declare_interest",
        actor,
        recorded={"item_id": item.id, "leaves": leaves},
        personal={"nature": nature},
    )
    db.session.flush()
    return declared


@transaction()
def vote(item: MeetingItem, choice: Choice, actor: Person) -> Vote:
    """Cast one vote on one item, once. Raises `Blocked` for anyone who may not vote on it."""
    meeting = _lock(item.meeting_id, read=True)
    _insist(meeting, actor, Permission.MEETING_VOTE)
    if meeting.state != "in_session":
        raise _refused("not_in_session", "Votes are cast while the meeting is in session.")
    lock(item)
    if actor.id not in able_to_vote(item):
        raise _refused("not_able", "You are not among the members who may vote on this item.")
    if item.outcome is not None:
        raise _refused("vote_closed", "The outcome of this item is already recorded.")
    if db.session.get(Vote, (item.id, actor.id)) is not None:
        raise _refused("voted", "You have voted on this item. A vote is cast once.")
    if clashes(actor.id, Duty.BOARD_MEMBER, parts_of(item.application_id)):
        raise _refused(
            "same_person",
            "You took another part in this bid, so you cannot vote on it.",
            "Declare an interest and leave the room for this item.",
        )
    cast = Vote(item_id=item.id, person_id=actor.id, choice=choice.value, cast_at=clock.now())
    db.session.add(cast)
    casework.note("meeting", meeting.id, "vote", actor, recorded={"item_id": item.id, "choice": choice.value})
    db.session.flush()
    return cast


@transaction()
def record_outcome(
    item: MeetingItem,
    outcome: str,
    *,
    amount_pence: int,
    reason: str,
    conditions: Sequence[Mapping[str, Any]],
    actor: Person,
) -> MeetingItem:
    """Record what the meeting decided on an item; it can be recorded again until the meeting closes.

    In order: the vote must have carried an approval, a reserve or a decline; the budget's hold is
    raised or freed by one guarded statement; the outcome, amount, reason and conditions are kept.
    Where the chair left the room, another member takes the chair for this item.
    Raises `BudgetExceeded` when the amount does not fit, and changes nothing.
    """
    meeting = _lock(item.meeting_id, read=True)
    lock(item)
    if actor.id in recused(item):
        raise _refused("recused", "You left the room for this item: another member takes the chair.")
    _insist(item, actor, Permission.MEETING_CHAIR)
    if meeting.state != "in_session":
        raise _refused("not_in_session", "Outcomes are recorded while the meeting is in session.")
    if outcome not in OUTCOMES:
        raise _refused("outcome_unknown", f"An item ends with one of: {', '.join(OUTCOMES)}.")
    if not reason.strip():
        raise _refused("reason_missing", "A reason has not been given.", "Write the reason in a sentence.")
    if outcome != "defer" and not count_votes(item).carried:
        raise _refused("not_carried", quorum.in_words(count_votes(item)), "Vote again, or defer.")
    wanted = amount_pence if outcome == "approve" else 0
    if outcome == "approve" and not 0 < amount_pence <= item.application.grant_requested_pence:
        raise _refused("amount", "The amount must be above nought and no more than the bid asks for.")
    budget.hold(meeting.round_id, approvals.year_of(item.application), wanted - item.held_pence)
    item.outcome, item.amount_pence, item.reason = outcome, amount_pence, reason
    item.conditions, item.held_pence = [dict(condition) for condition in conditions], wanted
    item.recorded_by_id, item.recorded_at = actor.id, clock.now()
    casework.note(
        "meeting",
        meeting.id,
        "record_outcome",
        actor,
        recorded={"item_id": item.id, "outcome": outcome, "amount_pence": wanted},
        personal={"reason": reason},
    )
    return item


@transaction()
def close(meeting: Meeting, actor: Person) -> list[Decision]:
    """Close the meeting: the one act that turns every outcome into its bid's state.

    In order: the meeting closes; each item becomes a decision bound to the bid's exact version and
    amount; its bid is approved, recommended, put in reserve, deferred or declined by the ladder; an
    approval without call-in takes effect at once, opening its award and turning hold into commitment.
    """
    items = list(meeting.items)
    casework.advance(
        meeting,
        "close",
        actor,
        facts={"items_undecided": sum(item.outcome is None for item in items)},
        recorded={"items": len(items)},
    )
    return [outcomes.decide(item, actor) for item in items]


@transaction()
def sign_minutes(meeting: Meeting, actor: Person) -> Meeting:
    """Sign the minutes as true; members are told."""
    casework.advance(meeting, "sign_minutes", actor)
    return meeting


@transaction()
def abandon(meeting: Meeting, reason: str, actor: Person) -> Meeting:
    """Abandon a meeting: every hold is freed, and its bids wait for another."""
    casework.advance(meeting, "abandon", actor, facts={"reason": reason}, personal={"reason": reason})
    for item in meeting.items:
        budget.hold(meeting.round_id, approvals.year_of(item.application), -item.held_pence)
        item.held_pence = 0
    return meeting


def _new_item(meeting: Meeting, bid: Application, position: int) -> MeetingItem:
    return MeetingItem(
        meeting_id=meeting.id,
        application_id=bid.id,
        position=position,
        reason="",
        conditions=[],
        held_pence=0,
    )


def _lock(meeting_id: int, *, read: bool) -> Meeting:
    return db.session.execute(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .with_for_update(read=read)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _insist(subject: Meeting | MeetingItem, actor: Person, permission: Permission) -> None:
    if permission not in held_by(actor, subject):
        raise _refused("not_permitted", "You may not do this at this meeting.")


def _refused(code: str, reason: str, remedy: str = "") -> Blocked:
    return Blocked((Blocker(code, reason, remedy),))
