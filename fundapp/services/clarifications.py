"""Clarification: an officer opens named questions of a bid again; the applicant answers just those."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.people import Person
from fundapp.queries import bid_files
from fundapp.queries import clarifications as queries
from fundapp.services import bids, casework, costs, submissions, versions
from fundapp.services.answers import answers_of
from fundapp.services.approvals import latest_version
from fundapp.transaction import lock, transaction
from workflows.cases import DUE_AT, GAPS, QUESTIONS, REASON
from workflows.funds import showing
from workflows.funds.kinds import ANSWERED, NOTHING, Value
from workflows.machine import Blocked

# What can be asked about: questions with an answer of their own, in words or as files.
OPENED_AGAIN = frozenset({*ANSWERED, "file"})
UNCHANGED = "Nothing has changed yet in the answers we asked about."


@dataclass(frozen=True, slots=True)
class Answered:
    """The last version's answers with those written now to what was asked, and what is wrong with these."""

    answers: Mapping[str, Value]
    gaps: tuple[str, ...]


@transaction()
def ask(
    bid: Application, actor: Person, *, questions: Sequence[str], due_at: datetime, reason: str
) -> Application:
    """Ask the applicant about named questions, with a date to answer by.

    In order: what hangs on one of the questions is asked along with it; the promise's clock stops; the
    event names the questions and the date; a mail tells the applicant that something is wanted.
    """
    hanging = showing.hanging_on(bid.round.rules.questions, questions)
    asked = [
        *questions,
        *(each.key for each in hanging if each.kind in OPENED_AGAIN and each.key not in questions),
    ]
    casework.advance(
        bid, "ask", actor,
        facts={QUESTIONS.key: tuple(asked), DUE_AT.key: due_at, REASON.key: reason},
        recorded={"questions": asked, "due_at": due_at.isoformat()}, personal={"reason": reason},
    )  # fmt: skip
    return bid


@transaction()
def answer(bid: Application, actor: Person) -> Submission:
    """Send the answers that were asked for.

    In order: the bid is locked and must wait for this person's answer; what was asked must be complete and
    changed; a new version is frozen that differs from the last in those answers alone; the bid is being
    checked again, the promise's clock runs on, and the office is told.
    """
    lock(bid)
    stops = casework.blockers(bid, "answer", actor, {GAPS.key: ()})
    if stops:
        raise Blocked(stops)
    written = answered(bid)
    last = latest_version(bid)
    content = last.content | {"version": last.number + 1, "answers": written.answers}
    version = versions.freeze(
        bid, content, number=last.number + 1, key=f"clarification-{last.number + 1}", actor=actor
    )
    casework.advance(
        bid, "answer", actor, facts={GAPS.key: written.gaps},
        recorded=submissions.receipt_of(bid, version.number, version.sha256),
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


@transaction()
def stop_waiting(bid: Application, actor: Person, *, reason: str) -> Application:
    """Go on without the answers that were asked for, with a reason; the applicant is told."""
    casework.advance(bid, "stop_waiting", actor, facts={REASON.key: reason}, personal={"reason": reason})
    return bid


def answered(bid: Application) -> Answered:
    """What is written to the questions asked, and a sentence for everything that keeps it from being sent."""
    asked = queries.asked(bid.id)
    keys = asked.questions if asked else ()
    written = {key: each.value for key, each in answers_of(bid).items()}
    files = bid_files.added(bid.id)
    found = bids.gaps_of(bid, written, files, costs.stated_of(bid))
    gaps = tuple(gap.sentence for gap in found if gap.place in keys)
    before, every = latest_version(bid).content["answers"], versions.values_of(bid.round, written, files)
    changed = any(_said(every.get(key, NOTHING)) != _said(before.get(key, NOTHING)) for key in keys)
    kept = {key: value for key, value in before.items() if key not in keys}
    now = kept | {key: every[key] for key in keys if key in every}
    return Answered(_asked_still(bid, now), gaps if changed else (UNCHANGED, *gaps))


def _said(value: Value) -> object:
    """What an answer says, whichever rows its files are: one that was put back is a row of its own."""
    return sorted((each["name"], each["sha256"]) for each in value["files"]) if "files" in value else value


def _asked_still(bid: Application, answers: Mapping[str, Any]) -> dict[str, Any]:
    """These answers without those to questions that are not asked with them."""
    hidden = showing.hidden(bid.round.rules.questions, answers)
    return {key: value for key, value in answers.items() if key not in hidden}
