"""What a bid's people may keep of it: versions, papers, files, what was asked, what we wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.awards import Award
from fundapp.models.bid_files import BidFile
from fundapp.models.bid_papers import PrintedBid
from fundapp.models.claims import Claim
from fundapp.models.events import Event, EventPersonal
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.models.outbox import OutboxRow

MOST = 200
# What was written and not sent in, beside the event by which an earlier version went forward.
UNSENT = "unsent"
# The promise to print a version, by the key `bid_printing.ask` gives it.
_ASKED = and_(
    OutboxRow.kind == "print_bid", OutboxRow.business_key == func.concat("submission-", Submission.id)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that was sent in, without its content, and whether its paper is made or was asked for."""

    number: int
    submitted_at: datetime
    signatory: str
    sha256: str
    is_printed: bool
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Clarified:
    """One thing the office asked: the questions by key, why, when, until when, and when the waiting ended.

    `version` is the number of the version that answered it; nothing where none has.
    """

    questions: tuple[str, ...]
    reason: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    version: int | None


def versions(bid_id: int) -> Sequence[Kept]:
    """Every version of a bid that was sent in, the newest first, in one statement."""
    rows = db.session.execute(
        select(
            Submission.number,
            Submission.submitted_at,
            Submission.signatory,
            Submission.sha256,
            PrintedBid.submission_id.is_not(None),
            OutboxRow.id.is_not(None),
        )
        .outerjoin(PrintedBid, PrintedBid.submission_id == Submission.id)
        .outerjoin(OutboxRow, _ASKED)
        .where(Submission.application_id == bid_id)
        .order_by(Submission.number.desc())
        .limit(MOST)
    )
    return [Kept(*row) for row in rows]


def version(bid_id: int, number: int) -> Submission | None:
    """One version of a bid with its content."""
    wanted = (Submission.application_id == bid_id, Submission.number == number)
    return db.session.scalar(select(Submission).where(*wanted))


def contents(bid_id: int) -> Sequence[Submission]:
    """Every version of a bid with its content, the first one first, in one statement."""
    found = select(Submission).where(Submission.application_id == bid_id).order_by(Submission.number)
    return db.session.scalars(found.limit(MOST)).all()


def paper(version: Submission) -> PrintedBid | None:
    """A version on paper, once it is printed."""
    return db.session.get(PrintedBid, version.id)


def files(bid_id: int) -> Sequence[BidFile]:
    """Every file that is in a bid or was, in the order they came."""
    found = select(BidFile).where(BidFile.application_id == bid_id).order_by(BidFile.id).limit(MOST)
    return db.session.scalars(found).all()


def clarified(bid_id: int) -> Sequence[Clarified]:
    """Everything the office asked about a bid, in order, in one statement."""
    rows = db.session.execute(
        select(Event.action, Event.facts, Event.at, EventPersonal.body)
        .outerjoin(EventPersonal, EventPersonal.event_id == Event.id)
        .where(
            Event.case_kind == Application.case_kind,
            Event.case_id == bid_id,
            Event.action.in_(("ask", "answer", "stop_waiting", "withdraw")),
        )
        .order_by(Event.sequence)
    ).all()
    ends = [(at, facts.get("version")) for action, facts, at, _ in rows if action != "ask"]
    return [
        Clarified(
            tuple(facts["questions"]),
            str((said or {}).get("reason", "")),
            at,
            datetime.fromisoformat(facts["due_at"]),
            *next((end for end in ends if end[0] > at), (None, None)),
        )
        for action, facts, at, said in rows
        if action == "ask"
    ]


def unsent(bid_id: int) -> Mapping[str, Any] | None:
    """The draft that was not sent in when an earlier version last went forward, in the form of a version.

    Nothing where it said what that version says, or no version went forward.
    """
    content: Mapping[str, Any] | None = db.session.scalar(
        select(EventPersonal.body[UNSENT])
        .join(Event, Event.id == EventPersonal.event_id)
        .where(
            Event.case_kind == Application.case_kind,
            Event.case_id == bid_id,
            Event.action == "carry_forward",
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return content


def claims(award_id: int) -> Sequence[Claim]:
    """The claims of an award with their lines, in order, in two statements."""
    found = select(Claim).where(Claim.award_id == award_id).options(selectinload(Claim.lines))
    return db.session.scalars(found.order_by(Claim.number)).all()


def asked_on_claims(award_id: int) -> Mapping[int, str]:
    """What finance last asked about each claim of an award, by the claim's id, in one statement."""
    rows = db.session.execute(
        select(Event.case_id, EventPersonal.body["question"].astext)
        .join(EventPersonal, EventPersonal.event_id == Event.id)
        .where(
            Event.case_kind == Claim.case_kind,
            Event.case_id.in_(select(Claim.id).where(Claim.award_id == award_id)),
            Event.action == "query",
        )
        .order_by(Event.sequence)
    )
    return {claim_id: question or "" for claim_id, question in rows}


def messages(bid: Application, person_id: int) -> Sequence[Message]:
    """What we wrote to a person about a bid, its award, its claims and its round, the newest first."""
    award = select(Award.id).where(Award.application_id == bid.id)
    about: dict[str, Any] = {
        Application.case_kind: [bid.id],
        Award.case_kind: award,
        Claim.case_kind: select(Claim.id).where(Claim.award_id.in_(award)),
        Round.case_kind: [bid.round_id],
    }
    cases = or_(*(and_(Message.case_kind == kind, Message.case_id.in_(ids)) for kind, ids in about.items()))
    found = select(Message).where(Message.to_person_id == person_id, cases)
    return db.session.scalars(found.order_by(Message.id.desc()).limit(MOST)).all()
