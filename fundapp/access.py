"""Decides which permissions a person holds, at all and on one particular thing; it knows no HTTP."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.claims import Claim, PaymentRun
from fundapp.models.costs import CostShare
from fundapp.models.funds import Round
from fundapp.models.letters import Letter
from fundapp.models.meetings import InterestDeclaration, Meeting, MeetingItem
from fundapp.models.messages import ACCOUNT_MAIL, Message
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.models.round_questions import RoundQuestion
from fundapp.models.teams import BidMember
from workflows.actors import GRANTS, Permission, Role, granted
from workflows.team import MAY, Part

Held = frozenset[Permission]
Rule = Callable[[Person, Any, Held], Held]

NOBODY: Held = granted(frozenset({Role.PUBLIC}))
READING = frozenset({Permission.ASSESSMENT_READ, Permission.ASSESSMENT_ANSWER, Permission.ASSESSMENT_SCORE})
PAPERS = frozenset({Permission.BID_READ, Permission.SCORES_READ})
SITTING = frozenset({Permission.MEETING_DECLARE, Permission.MEETING_VOTE})
CHAIRING = frozenset({Permission.MEETING_CHAIR})
STEPPING_UP = frozenset({Permission.BID_STEP_UP})
HIDDEN = ("proposed", "declined", "withdrawn")
_RULES: dict[type, Rule] = {}
# Asked before nearly every page, so each statement is made once.
_ACTS = select(Membership.id).where(
    Membership.organisation_id == bindparam("organisation"),
    Membership.person_id == bindparam("person"),
    Membership.ended_at.is_(None),
)
_PART = select(
    select(BidMember.part)
    .where(
        BidMember.application_id == bindparam("bid"),
        BidMember.person_id == bindparam("person"),
        BidMember.ended_at.is_(None),
    )
    .scalar_subquery(),
    _ACTS.exists(),
    select(Person.is_active).where(Person.id == bindparam("lead")).scalar_subquery(),
)
_SHARE_NUMBER = select(BidMember.share_number).where(
    BidMember.application_id == bindparam("bid"),
    BidMember.person_id == bindparam("person"),
    BidMember.ended_at.is_(None),
)
_LEFT = (
    select(InterestDeclaration.item_id)
    .join(MeetingItem, MeetingItem.id == InterestDeclaration.item_id)
    .where(
        MeetingItem.application_id == bindparam("bid"),
        InterestDeclaration.person_id == bindparam("person"),
        InterestDeclaration.leaves,
    )
    .limit(1)
)


def on(kind: type) -> Callable[[Rule], Rule]:
    """Register the rule that says which of their permissions a person has on one kind of thing."""

    def register(rule: Rule) -> Rule:
        _RULES[kind] = rule
        return rule

    return register


def held_by(person: Person | None, subject: object | None = None) -> Held:
    """Every permission this person holds; with a subject, those they hold on that very thing.

    The rule of the subject's kind can only take away from what the roles grant or add what belongs to
    the person's own part in it. A kind without a rule is a mistake, not an open door.
    """
    if person is None or not person.is_active:
        return NOBODY
    held = NOBODY | granted(person.roles)
    if subject is None:
        return held
    rule = _RULES.get(type(subject))
    if rule is None:
        raise LookupError(f"no rule says what people may do with a {type(subject).__name__}")
    return rule(person, subject, held)


def acts_for(person: Person, organisation_id: int) -> bool:
    """Whether a person acts for an organisation now."""
    return db.session.scalar(_ACTS, {"organisation": organisation_id, "person": person.id}) is not None


def part_in(person: Person, bid: Application) -> Part | None:
    """The part a person plays in a bid now; nothing for everybody who has none.

    Whoever acts for its organisation writes in it unless its lead has said otherwise, and stands in for a
    lead who is gone.
    """
    if bid.lead_id == person.id:
        return Part.LEAD
    wanted = {"person": person.id, "bid": bid.id, "organisation": bid.organisation_id, "lead": bid.lead_id}
    part, acts, has_lead = db.session.execute(_PART, wanted).one()
    if acts and not has_lead:
        return Part.LEAD
    return Part(part) if part else Part.WRITER if acts else None


@on(Round)
@on(RoundQuestion)
@on(PaymentRun)
@on(Person)
@on(OutboxRow)
def _as_granted(_person: Person, _thing: object, held: Held) -> Held:
    """What belongs to nobody: what the roles grant."""
    return held


@on(Organisation)
def _on_organisation(person: Person, organisation: Organisation, held: Held) -> Held:
    """Its own people play the applicant's part, and no other; to others it is not theirs."""
    return _own_part(held) if acts_for(person, organisation.id) else _part_of_others(person)


@on(Application)
def _on_bid(person: Person, bid: Application, held: Held) -> Held:
    """Whoever takes part in the bid has on it what that part leaves of an applicant's, and nothing else."""
    part = part_in(person, bid)
    if part is not None:
        return _own_part(held) & MAY[part]
    others = _part_of_others(person)
    return others - PAPERS - STEPPING_UP if others & PAPERS and _left_the_room(person, bid) else others


@on(Assessment)
def _on_assessment(person: Person, assessment: Assessment, held: Held) -> Held:
    """The reader's own, and the bid's content only between the declaration of no conflict and its end.

    To answer stays theirs throughout: a declared conflict takes the content away and is still recorded.
    """
    if assessment.assessor_id != person.id:
        return held - READING
    if assessment.conflict_at is not None or assessment.state in HIDDEN:
        return held - {Permission.ASSESSMENT_READ, Permission.ASSESSMENT_SCORE}
    return held if assessment.no_conflict_at is not None else held - {Permission.ASSESSMENT_SCORE}


@on(Meeting)
def _on_meeting(person: Person, meeting: Meeting, held: Held) -> Held:
    """Members sit, declare and vote; the chair's part belongs to whoever chairs this meeting."""
    seat = next((each for each in meeting.members if each.person_id == person.id), None)
    if seat is None:
        return held - SITTING - CHAIRING
    return held if seat.is_chair else held - CHAIRING


@on(MeetingItem)
def _on_item(person: Person, item: MeetingItem, held: Held) -> Held:
    """A member who left the room for an item sees none of its papers, does not vote on it or chair it.

    Nor does anybody who applies with it, and what somebody may read as an applicant counts for nothing
    here. Where the chair has left, any other member there may take the chair.
    """
    there = _on_meeting(person, item.meeting, held & _part_of_others(person))
    if Permission.MEETING_READ not in there:
        return there - PAPERS
    gone = {each.person_id for each in item.declarations if each.leaves}
    if person.id in gone or part_in(person, item.application) is not None:
        return there - PAPERS - CHAIRING - STEPPING_UP - {Permission.MEETING_VOTE}
    chair = next((each.person_id for each in item.meeting.members if each.is_chair), None)
    seated = any(each.person_id == person.id and each.is_present for each in item.meeting.members)
    return there | CHAIRING if chair in gone and seated else there


@on(CostShare)
def _on_cost_share(person: Person, share: CostShare, held: Held) -> Held:
    """A share of the costs is its bid's; somebody of a partner's sees and writes that partner's own alone."""
    bid = share.application
    there = _on_bid(person, bid, held)
    if Permission.BID_COSTS not in there or Permission.BID_BUDGET in there:
        return there
    own = db.session.scalar(_SHARE_NUMBER, {"bid": bid.id, "person": person.id})
    if own == share.number:
        return there | {Permission.BID_FOLLOW}
    return there - {Permission.BID_COSTS}


@on(Award)
def _on_award(person: Person, award: Award, held: Held) -> Held:
    """An award is its bid's."""
    return _on_bid(person, award.application, held)


@on(BankAccount)
def _on_bank_account(person: Person, account: BankAccount, held: Held) -> Held:
    """Bank details are their organisation's: its own people never verify them."""
    return _on_organisation(person, account.organisation, held)


@on(Claim)
def _on_claim(person: Person, claim: Claim, held: Held) -> Held:
    """A claim is its award's."""
    return _on_award(person, claim.award, held)


@on(Letter)
def _on_letter(person: Person, letter: Letter, held: Held) -> Held:
    """A letter is its bid's; the people it is written to read it from its release on."""
    bid = db.session.get_one(Application, letter.application_id)
    there = _on_bid(person, bid, held)
    is_reader = part_in(person, bid) is not None
    is_out = letter.release is not None and letter.release.visible_from <= clock.now()
    return there - {Permission.LETTER_READ} if is_reader and not is_out else there


@on(Message)
def _on_message(_person: Person, message: Message, held: Held) -> Held:
    """A mail that could sign somebody in is for those who manage people, and for nobody else."""
    keeps = message.case_kind != ACCOUNT_MAIL or Permission.PERSON_MANAGE in held
    return held if keeps else held - {Permission.MESSAGE_READ}


def _left_the_room(person: Person, bid: Application) -> bool:
    return db.session.scalar(_LEFT, {"bid": bid.id, "person": person.id}) is not None


def _own_part(held: Held) -> Held:
    return held & GRANTS[Role.APPLICANT]


def _part_of_others(person: Person) -> Held:
    return NOBODY | granted(person.roles - {Role.APPLICANT})
