"""Keeps what a bid answers: every save, nothing over others' words, and what was there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Answer, AnswerVersion, Application, Submission
from fundapp.models.people import Person
from fundapp.services.bids import insist_answerable
from fundapp.services.stale import StaleError
from fundapp.transaction import lock, transaction
from workflows.funds import kinds, showing
from workflows.funds.definition import Question
from workflows.rules.words import count

# A text is saved every few seconds while it grows. Its history keeps a text as it was: when somebody else
# goes on with it, when ten minutes have passed, and before a good part of its words goes.
SITTING = timedelta(minutes=10)
GOOD_PART = 5
FEW_WORDS = 8

# Asked at every press and save, so put together once: all answers of a bid, and one.
_ALL = select(Answer).where(Answer.application_id == bindparam("bid"))
_ONE = _ALL.where(Answer.question == bindparam("question")).execution_options(populate_existing=True)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to: the answer's version now, and since when it is what it is."""

    version: int
    saved_at: datetime


class UnknownQuestionError(LookupError):
    """The bid's form has no question of this name."""


class UnknownVersionError(LookupError):
    """The answer was never kept in this version."""


@transaction()
def save(bid: Application, question: str, value: Mapping[str, Any], version: int, actor: Person) -> Saved:
    """Keep what a bid answers to one question.

    In order: the bid is locked and must be open to writing, or this question asked about while the bid
    is checked; the question must be one of its form's; the same words again change nothing; `version`
    must be the one last saved (nought before the first), or `StaleError` carries both texts; where what
    was there is worth keeping, it goes into the history; the answer is kept with the next version.
    """
    asked, answer = _locked(bid, question, actor)
    if answer is None:
        answer = _begin(bid, question, value, actor)
    elif answer.value != dict(value):
        if answer.version != version:
            raise StaleError(value, answer.value, answer.version, answer.saved_at, answer.saved_by)
        if not _same_sitting(asked, answer, value, actor):
            _put_down(answer)
        _keep(answer, value, actor.id, clock.now())
    return Saved(answer.version, answer.saved_at)


@transaction()
def restore(bid: Application, question: str, version_id: int, actor: Person) -> Answer:
    """Make an earlier text the answer again, as a save of its own; what it replaces goes into the history.

    Raises `UnknownVersionError` when the history of this answer has no such text.
    """
    _, answer = _locked(bid, question, actor)
    earlier = db.session.get(AnswerVersion, version_id)
    if answer is None or earlier is None or (earlier.application_id, earlier.question) != (bid.id, question):
        raise UnknownVersionError(version_id)
    if answer.value != earlier.value:
        _put_down(answer)
        _keep(answer, earlier.value, actor.id, clock.now())
    return answer


def put_back(bid: Application, sent: Submission) -> None:
    """Make the answers of a version that was sent in those of the bid again, in the caller's transaction.

    What was written since goes into the history. What that version did not ask stays as it is.
    """
    answered, kept = sent.content["answers"], answers_of(bid)
    hidden = showing.hidden(bid.round.rules.questions, answered)
    for asked in bid.round.rules.of_kind(*kinds.ANSWERED):
        answer, value = kept.get(asked.key), answered.get(asked.key, kinds.NOTHING)
        if answer is not None and answer.value != value and asked.key not in hidden:
            _put_down(answer)
            _keep(answer, value, sent.submitted_by_id, sent.submitted_at)


def answers_of(bid: Application) -> dict[str, Answer]:
    """The latest answers of a bid, by question."""
    return {answer.question: answer for answer in db.session.scalars(_ALL, {"bid": bid.id})}


def _locked(bid: Application, question: str, actor: Person) -> tuple[Question, Answer | None]:
    """The question, and the answer as it stands, held with their bid.

    Raises `Blocked` when this person may not write it now.
    """
    lock(bid)
    insist_answerable(bid, question, actor)
    asked = bid.round.rules.question(question)
    if asked is None or asked.kind not in kinds.ANSWERED:
        raise UnknownQuestionError(question)
    return asked, db.session.scalars(_ONE, {"bid": bid.id, "question": question}).one_or_none()


def _begin(bid: Application, question: str, value: Mapping[str, Any], actor: Person) -> Answer:
    answer = Answer(application_id=bid.id, question=question, version=0, begun_at=clock.now())
    db.session.add(answer)
    _keep(answer, value, actor.id, clock.now())
    return answer


def _keep(answer: Answer, value: Mapping[str, Any], by_id: int, at: datetime) -> None:
    answer.value = dict(value)
    answer.version += 1
    answer.saved_at = at
    answer.saved_by_id = by_id


def _put_down(answer: Answer) -> None:
    """Write an answer into its history as it stands: another sitting begins."""
    db.session.add(
        AnswerVersion(
            application_id=answer.application_id,
            question=answer.question,
            value=answer.value,
            version=answer.version,
            begun_at=answer.begun_at,
            saved_at=answer.saved_at,
            saved_by_id=answer.saved_by_id,
        )
    )
    answer.begun_at = clock.now()


def _same_sitting(asked: Question, answer: Answer, value: Mapping[str, Any], actor: Person) -> bool:
    return (
        answer.saved_by_id == actor.id
        and clock.now() - answer.begun_at < SITTING
        and not _loses_a_good_part(kinds.said(asked, answer.value), kinds.said(asked, value))
    )


def _loses_a_good_part(before: str, after: str) -> bool:
    """Whether more than a fifth of the words go, and more than a few of them."""
    had, lost = count(before), count(before) - count(after)
    return lost > FEW_WORDS and lost * GOOD_PART > had
