"""What a notice may say about its case: names, references, sums and the address of the page to open."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.applications import Application, Submission
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, PaymentRun
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.meetings import Meeting
from fundapp.models.round_questions import RoundQuestion
from fundapp.queries.bids import cut_off
from workflows.rules import money, subsidy
from workflows.rules.schedule import closes, day_in_words, exactly, in_words

Words = dict[str, str]
# The mails that are receipts.
RECEIPTS = ("bid_received",)


def of(to: str, case_kind: str, case_id: int) -> Words:
    """The words of a case as its mail templates know them, with `link` for this audience."""
    words = WORDS[case_kind](case_id)
    path = PATHS[to].get(case_kind, HOMES[to])
    return words | {"link": settings().base_url + path.format_map(words | {"id": str(case_id)})}


def receipt(event_id: int) -> Words:
    """What the mail of one submission certifies: the instant, version and hash its event stands for."""
    version = db.session.scalars(
        select(Submission)
        .join(Event, Event.case_id == Submission.application_id)
        .where(Event.id == event_id, Submission.sha256 == Event.facts["sha256"].astext)
        .order_by(Submission.number)
        .limit(1)
    ).one()
    return {
        "received": exactly(version.submitted_at),
        "version": str(version.number),
        "sha256": version.sha256,
        "check": f"{settings().base_url}/receipts/check",
    }


def _round(round_id: int) -> Words:
    return _of_round(db.session.get_one(Round, round_id))


def _of_round(each: Round) -> Words:
    return {
        "fund": each.fund.name,
        "round": each.title,
        "round_ref": each.ref,
        "closes": _closes(each.closes_at),
    }


def _closes(instant: datetime | None) -> str:
    return in_words(instant) if instant else ""


def _question(question_id: int) -> Words:
    asked = db.session.get_one(RoundQuestion, question_id)
    return _of_round(asked.round) | {
        "question": asked.published_words or asked.words,
        "answer": asked.answer or "",
    }


def _bid(bid_id: int) -> Words:
    bid = db.session.get_one(Application, bid_id)
    award = db.session.scalar(select(Award).where(Award.application_id == bid_id))
    return _of_award(award) if award else _of_bid(bid)


def _of_bid(bid: Application) -> Words:
    return _of_round(bid.round) | {
        "reference": bid.reference,
        "title": bid.title,
        "organisation": bid.organisation.name,
        "closes": _closes(closes(bid)),
        "cut_off": _closes(cut_off(bid)),
        "was_received": "yes" if bid.submitted_at else "",
    }


def _assessment(assessment_id: int) -> Words:
    each = db.session.get_one(Assessment, assessment_id)
    return _of_bid(each.application) | {"due": day_in_words(each.due_on) if each.due_on else ""}


def _award(award_id: int) -> Words:
    return _of_award(db.session.get_one(Award, award_id))


def _of_award(award: Award) -> Words:
    """The award, and the limit its assistance counts against on the day of the mail."""
    today = clock.in_london(clock.now()).date()
    limits = {
        date.fromisoformat(each["from_date"]): each["mfa_pence"]
        for each in award.application.round.terms["mfa_limits"]
    }
    return _of_bid(award.application) | {
        "amount": money.in_words(award.amount_pence),
        "limit": money.in_words(subsidy.limit_on(limits, today)),
        "window_from": day_in_words(subsidy.window_start(today)),
    }


def _claim(claim_id: int) -> Words:
    claim = db.session.get_one(Claim, claim_id)
    return _of_award(claim.award) | {
        "number": str(claim.number),
        "payable": money.in_words(claim.payable_pence),
    }


def _meeting(meeting_id: int) -> Words:
    meeting = db.session.get_one(Meeting, meeting_id)
    day = day_in_words(clock.in_london(meeting.meets_at).date())
    return _of_round(meeting.round) | {"meeting": meeting.title, "day": day}


def _payment_run(run_id: int) -> Words:
    return {"number": str(db.session.get_one(PaymentRun, run_id).number)}


WORDS: Mapping[str, Callable[[int], Words]] = {
    "round": _round,
    "question": _question,
    "application": _bid,
    "assessment": _assessment,
    "award": _award,
    "claim": _claim,
    "meeting": _meeting,
    "payment_run": _payment_run,
}

PATHS: Mapping[str, Mapping[str, str]] = {
    "applicant": {
        "application": "/bids/{reference}",
        "award": "/bids/{reference}/outcome",
        "claim": "/bids/{reference}/claims",
        "round": "/rounds/{round_ref}",
        "question": "/rounds/{round_ref}#answers",
    },
    "writers": {"application": "/bids/{reference}"},
    "followers": {"round": "/rounds/{round_ref}", "question": "/rounds/{round_ref}#answers"},
    "asker": {"question": "/rounds/{round_ref}/ask"},
    "assessor": {"assessment": "/assess/{id}"},
    "office": {
        "application": "/office/bids/{reference}",
        "assessment": "/office/bids/{reference}",
        "award": "/office/bids/{reference}",
        "round": "/office/rounds/{round_ref}",
    },
    "board": {"meeting": "/board/meetings/{id}"},
    "chair": {"meeting": "/board/meetings/{id}"},
    "decider": {},
    "finance": {"award": "/finance/awards", "claim": "/finance/claims", "payment_run": "/finance/runs"},
}

HOMES: Mapping[str, str] = {
    "applicant": "/bids",
    "writers": "/bids",
    "followers": "/",
    "asker": "/",
    "assessor": "/assess",
    "office": "/office",
    "board": "/board",
    "chair": "/board",
    "decider": "/decisions",
    "finance": "/finance",
}
