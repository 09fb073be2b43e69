"""Who has taken which part on a bid: the facts behind the separation of duties."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Integer, Select, bindparam, literal, select, union_all

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, PaymentLine, PaymentRun
from fundapp.models.decisions import Decision
from fundapp.models.events import Event
from fundapp.models.letters import Letter, LetterRelease
from fundapp.models.meetings import MeetingItem, Vote
from fundapp.models.organisations import Membership
from fundapp.models.teams import BidMember, LeadOffer
from workflows.rules.duties import Duty

READING = ("accepted", "in_progress", "submitted", "returned")
# Steps whose letter somebody else lets go.
DECIDING = (
    "find_ineligible", "board_approve", "board_recommend", "board_decline", "step_up", "step_up_recommend",
    "close_reserve",
)  # fmt: skip
CLOSING = ("complete", "terminate")
MODERATING = ("settle_recommended", "settle_not_recommended", "read_again")

BID: BindParameter[int] = bindparam("bid", type_=Integer)

Part = Select[tuple[str, int]]


def parts_of(application_id: int) -> Mapping[str, frozenset[int]]:
    """Ids of people by duty on one bid, in one statement; a duty nobody has had is absent."""
    parts: dict[str, set[int]] = defaultdict(set)
    rows: Sequence[Any] = db.session.execute(_statement(), {"bid": application_id}).all()
    for duty, person_id in rows:
        if person_id is not None:
            parts[duty].add(person_id)
    return {duty: frozenset(people) for duty, people in parts.items()}


@cache
def _statement() -> CompoundSelect[tuple[str, int]]:
    """Put together once: with its fifteen parts that takes longer than asking."""
    return union_all(*_applicants(), *_judges(), *_payers())


def _part(duty: Duty, column: object) -> Part:
    return select(literal(duty.value), column)  # type: ignore[call-overload,no-any-return]


def _applicants() -> list[Part]:
    bid = Application.id == BID
    return [
        _part(Duty.APPLICANT, Application.lead_id).where(bid),
        _part(Duty.APPLICANT, Membership.person_id)
        .join(Application, Application.organisation_id == Membership.organisation_id)
        .where(bid),
        _part(Duty.APPLICANT, BidMember.person_id).where(BidMember.application_id == BID),
        _part(Duty.APPLICANT, LeadOffer.from_id).where(LeadOffer.application_id == BID),
    ]


def _judges() -> list[Part]:
    return [
        _part(Duty.ASSESSOR, Assessment.assessor_id).where(
            Assessment.application_id == BID, Assessment.state.in_(READING)
        ),
        _part(Duty.MODERATOR, Event.actor_id).where(
            Event.case_kind == "application", Event.case_id == BID, Event.action.in_(MODERATING)
        ),
        _part(Duty.BOARD_MEMBER, Vote.person_id)
        .join(MeetingItem, MeetingItem.id == Vote.item_id)
        .where(MeetingItem.application_id == BID),
        _part(Duty.DECIDER, Decision.decided_by_id).where(
            Decision.application_id == BID, Decision.body == "delegate"
        ),
    ]


def _payers() -> list[Part]:
    letter = Letter.application_id == BID
    award = Award.application_id == BID
    claims = (Award, Award.id == Claim.award_id)
    return [
        _part(Duty.LETTER_MAKER, Event.actor_id).where(
            Event.case_kind == "application", Event.case_id == BID, Event.action.in_(DECIDING)
        ),
        _part(Duty.LETTER_MAKER, Event.actor_id)
        .join(Award, Award.id == Event.case_id)
        .where(Event.case_kind == "award", Event.action.in_(CLOSING), award),
        _part(Duty.LETTER_RELEASER, LetterRelease.released_by_id)
        .join(Letter, Letter.id == LetterRelease.letter_id)
        .where(letter),
        _part(Duty.CLAIM_CHECKER, Claim.checked_by_id).join(*claims).where(award),
        _part(Duty.CLAIM_APPROVER, Claim.approved_by_id).join(*claims).where(award),
        _run_part(Duty.RUN_PREPARER, PaymentRun.prepared_by_id),
        _run_part(Duty.PAYMENT_RELEASER, PaymentRun.approved_by_id),
    ]


def _run_part(duty: Duty, column: object) -> Part:
    return (
        _part(duty, column)
        .join(PaymentLine, PaymentLine.run_id == PaymentRun.id)
        .join(Claim, Claim.id == PaymentLine.claim_id)
        .join(Award, Award.id == Claim.award_id)
        .where(Award.application_id == BID)
    )
