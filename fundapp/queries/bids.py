"""Bids as their own people see them: the list, one bid, what happened to it, who is on its team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, with_expression

from fundapp.extensions import db
from fundapp.models.applications import Answer, AnswerVersion, Application, Submission
from fundapp.models.costs import CostShare
from fundapp.models.events import Event
from fundapp.models.funds import Batch, Round
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from fundapp.models.teams import BidMember
from fundapp.transaction import note_held
from workflows.funds.kinds import Value
from workflows.rules import promise_clock

PAGE_SIZE = 50

# Every page and press of an applicant begins with some of these, so each statement is made once.
_MINE = select(Membership.organisation_id).where(
    Membership.person_id == bindparam("person"), Membership.ended_at.is_(None)
)
_TEAMS = select(BidMember.application_id).where(
    BidMember.person_id == bindparam("person"),
    BidMember.ended_at.is_(None),
    BidMember.share_number.is_(None),
)
_OWN = (
    select(Application)
    .where(
        or_(
            Application.lead_id == bindparam("person"),
            Application.organisation_id.in_(_MINE),
            Application.id.in_(_TEAMS),
        )
    )
    .options(
        joinedload(Application.round).joinedload(Round.fund),
        joinedload(Application.organisation).load_only(Organisation.name),
    )
    .order_by(Application.id.desc())
    .limit(PAGE_SIZE + 1)
)
_SHARES = (
    select(CostShare)
    .join(
        BidMember,
        and_(
            BidMember.application_id == CostShare.application_id, BidMember.share_number == CostShare.number
        ),
    )
    .where(
        BidMember.person_id == bindparam("person"),
        BidMember.ended_at.is_(None),
        CostShare.ended_at.is_(None),
    )
    .options(joinedload(CostShare.application))
    .order_by(CostShare.application_id.desc())
    .limit(PAGE_SIZE)
)
_ANSWERS = (
    select(Answer, Person.name)
    .join(Person, Person.id == Answer.saved_by_id)
    .where(Answer.application_id == bindparam("bid"))
)
_ALONE = select(Application).where(Application.reference == bindparam("reference"))
# For presses whose verbs begin by holding the bid: read and locked at once, so nothing of it is read twice.
_TO_WRITE = (
    _ALONE.join(Application.round)
    .options(contains_eager(Application.round))
    .with_for_update(of=Application)
    .execution_options(populate_existing=True)
)
_TO_SEND = (
    _ALONE.join(Application.round)
    .join(Application.organisation)
    .options(
        contains_eager(Application.round).joinedload(Round.form_version, innerjoin=True),
        contains_eager(Application.organisation),
    )
    .with_for_update(of=(Application, Organisation))
    .execution_options(populate_existing=True)
)
_WHOLE = (
    _ALONE.join(Application.round)
    .join(Round.fund)
    .options(
        with_expression(
            Application.last_number,
            select(func.max(Submission.number))
            .where(Submission.application_id == Application.id)
            .correlate(Application)
            .scalar_subquery(),
        ),
        contains_eager(Application.round).options(contains_eager(Round.fund), joinedload(Round.form_version)),
        joinedload(Application.organisation),
        joinedload(Application.lead),
    )
)


@dataclass(frozen=True, slots=True)
class Saved:
    """One answer as the pages show it, with who saved it last."""

    question: str
    value: Value
    version: int
    saved_at: datetime
    saved_by_id: int
    saved_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """What an answer is, or has been, with who wrote it until when; what it is now has no id."""

    id: int | None
    value: Value
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a bid: the state it came to, or none, when, and what was recorded."""

    action: str
    target: str
    at: datetime
    facts: Mapping[str, object]


def of_person(person_id: int, after: int | None = None) -> tuple[Sequence[Application], int | None]:
    """The bids a person leads or may write, the newest first, in one statement; and the next cursor."""
    statement = _OWN if after is None else _OWN.where(Application.id < after)
    rows = db.session.scalars(statement, {"person": person_id}).all()
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def partner_shares(person_id: int) -> Sequence[CostShare]:
    """The shares of costs a person enters for a partner, each with its bid, in one statement."""
    return db.session.scalars(_SHARES, {"person": person_id}).all()


def by_reference(reference: str) -> Application | None:
    """A bid with its round, form, fund, organisation, lead and last version's number, in one statement."""
    return db.session.scalars(_WHOLE, {"reference": reference}).one_or_none()


def to_write(reference: str) -> Application | None:
    """A bid with its round, held until the transaction ends: for whoever is about to save a part of it."""
    bid = db.session.scalars(_TO_WRITE, {"reference": reference}).one_or_none()
    if bid is not None:
        note_held(bid)
    return bid


def to_send(reference: str) -> Application | None:
    """A bid with its round, form and organisation, held like that organisation: for whoever sends it in."""
    bid = db.session.scalars(_TO_SEND, {"reference": reference}).one_or_none()
    if bid is not None:
        note_held(bid, bid.organisation)
    return bid


def answers(application_id: int) -> Mapping[str, Saved]:
    """The latest answers of a bid by question, each with the name of whoever saved it."""
    found = db.session.execute(_ANSWERS, {"bid": application_id})
    return {
        answer.question: Saved(
            answer.question,
            answer.value,
            answer.version,
            answer.saved_at,
            answer.saved_by_id,
            name,
        )
        for answer, name in found
    }


def answer_versions(application_id: int, question: str) -> Sequence[Version]:
    """What an answer is and has been, the newest first, as many as a page shows, in two statements."""
    now = db.session.execute(_ANSWERS.where(Answer.question == question), {"bid": application_id})
    before = db.session.execute(
        select(AnswerVersion, Person.name)
        .join(Person, Person.id == AnswerVersion.saved_by_id)
        .where(AnswerVersion.application_id == application_id, AnswerVersion.question == question)
        .order_by(AnswerVersion.id.desc())
        .limit(PAGE_SIZE)
    )
    return [
        *(Version(None, answer.value, answer.saved_at, name) for answer, name in now),
        *(Version(kept.id, kept.value, kept.saved_at, name) for kept, name in before),
    ]


def history(application_id: int) -> Sequence[Happened]:
    """Everything that happened to a bid, in order."""
    found = db.session.execute(
        select(Event.action, Event.target, Event.at, Event.facts)
        .where(Event.case_kind == Application.case_kind, Event.case_id == application_id)
        .order_by(Event.sequence)
    )
    return [Happened(action, target, at, facts) for action, target, at, facts in found]


def pausing(bid_ids: Sequence[int]) -> Mapping[int, Sequence[Happened]]:
    """By bid, the steps that stopped its promise clock and let it go on, in order, in one statement."""
    if not bid_ids:
        return {}
    rows = db.session.execute(
        select(Event.case_id, Event.action, Event.target, Event.at, Event.facts)
        .where(
            Event.case_kind == Application.case_kind,
            Event.case_id.in_(bid_ids),
            Event.action.in_(promise_clock.STEPS),
        )
        .order_by(Event.case_id, Event.sequence)
    )
    found: dict[int, list[Happened]] = {}
    for bid_id, *step in rows:
        found.setdefault(bid_id, []).append(Happened(*step))
    return found


def organisations_of(person_id: int) -> Sequence[Organisation]:
    """The organisations a person acts for, by name."""
    return db.session.scalars(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
        .order_by(Organisation.name_key, Organisation.id)
        .limit(PAGE_SIZE)
    ).all()


def last_version(application_id: int) -> Submission | None:
    """The version of a bid received last."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
    ).one_or_none()


def receipt_of(reference: str, sha256: str) -> Submission | None:
    """The version of a bid with this reference that has this fingerprint."""
    return db.session.scalars(
        select(Submission)
        .join(Application, Application.id == Submission.application_id)
        .where(Application.reference == reference, Submission.sha256 == sha256)
        .order_by(Submission.number)
        .limit(1)
    ).one_or_none()


def cut_off(bid: Application) -> datetime | None:
    """When the batch a rolling round's bid belongs to was, or will be, gathered."""
    if bid.batch_id is None:
        return None
    return db.session.scalar(select(Batch.cut_off_at).where(Batch.id == bid.batch_id))
