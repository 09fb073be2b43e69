"""Keeps what a bid answers: every save, nothing over others' words, and what was there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Answer, AnswerVersion, Application
from fundapp.models.people import Person
from fundapp.queries import clarifications
from fundapp.services.bids import insist_writable
from fundapp.services.stale import StaleError
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.funds import kinds
from workflows.funds.definition import Question
from workflows.rules.words import count

ASKED = "clarification"
# A text is saved every few seconds while it grows. Its history keeps a text as it was: when somebody else
# goes on with it, when ten minutes have passed, and before a good part of its words goes.
SITTING = timedelta(minutes=10)
GOOD_PART = 5
FEW_WORDS = 8

# Asked at every save, so put together once: the answer, and the newest line of its history.
_STANDING = (
    select(Answer, AnswerVersion)
    .outerjoin(
        AnswerVersion,
        and_(
            AnswerVersion.application_id == Answer.application_id, AnswerVersion.question == Answer.question
        ),
    )
    .where(Answer.application_id == bindparam("bid"), Answer.question == bindparam("question"))
    .order_by(AnswerVersion.id.desc())
    .limit(1)
    .execution_options(populate_existing=True)
)


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
    must be the one last saved (nought before the first), or `StaleError` carries both texts; the answer
    is kept with the next version; its history keeps what was there before.
    """
    asked, answer, last = _locked(bid, question, actor)
    if answer is None:
        answer = _keep(asked, _first(bid, question), None, value, actor)
    elif answer.value != dict(value):
        if answer.version != version:
            raise StaleError(value, answer.value, answer.version, answer.saved_at)
        _keep(asked, answer, last, value, actor)
    return Saved(answer.version, answer.saved_at)


@transaction()
def restore(bid: Application, question: str, version_id: int, actor: Person) -> Answer:
    """Make an earlier text the answer again, as a save of its own; the text it replaces stays in the history.

    Raises `UnknownVersionError` when the history of this answer has no such text.
    """
    asked, answer, last = _locked(bid, question, actor)
    earlier = db.session.get(AnswerVersion, version_id)
    if answer is None or earlier is None or (earlier.application_id, earlier.question) != (bid.id, question):
        raise UnknownVersionError(version_id)
    if answer.value == earlier.value:
        return answer
    return _keep(asked, answer, last, earlier.value, actor, begins_anew=True)


def answers_of(bid: Application) -> dict[str, Answer]:
    """The latest answers of a bid, by question."""
    found = db.session.scalars(select(Answer).where(Answer.application_id == bid.id))
    return {answer.question: answer for answer in found}


def _locked(
    bid: Application, question: str, actor: Person
) -> tuple[Question, Answer | None, AnswerVersion | None]:
    """The question, the answer as it stands and its history's newest line, held with their bid.

    Raises `Blocked` when this person may not write it now.
    """
    lock(bid)
    request = clarifications.asked(bid.id) if bid.state == ASKED else None
    is_asked = request is not None and question in request.questions
    if not (is_asked and Permission.BID_EDIT in held_by(actor, bid)):
        insist_writable(bid, actor)
    asked = bid.round.rules.question(question)
    if asked is None or asked.kind not in kinds.ANSWERED:
        raise UnknownQuestionError(question)
    standing = db.session.execute(_STANDING, {"bid": bid.id, "question": question}).one_or_none()
    return (asked, standing[0], standing[1]) if standing else (asked, None, None)


def _first(bid: Application, question: str) -> Answer:
    answer = Answer(application_id=bid.id, question=question, version=0)
    db.session.add(answer)
    return answer


def _keep(
    asked: Question,
    answer: Answer,
    last: AnswerVersion | None,
    value: Mapping[str, Any],
    actor: Person,
    *,
    begins_anew: bool = False,
) -> Answer:
    """Give an answer other words; `last` is its history's newest line, if it has come with one."""
    if last is None and answer.version:
        last = _line(answer)
        _put_down(last, answer)
    answer.value = dict(value)
    answer.version += 1
    answer.saved_at = clock.now()
    answer.saved_by_id = actor.id
    if last is None or begins_anew or not _same_sitting(asked, last, answer):
        last = _line(answer)
    _put_down(last, answer)
    return answer


def _line(answer: Answer) -> AnswerVersion:
    line = AnswerVersion(
        application_id=answer.application_id, question=answer.question, begun_at=answer.saved_at
    )
    db.session.add(line)
    return line


def _put_down(line: AnswerVersion, answer: Answer) -> None:
    line.value = answer.value
    line.version = answer.version
    line.saved_at = answer.saved_at
    line.saved_by_id = answer.saved_by_id


def _same_sitting(asked: Question, last: AnswerVersion, answer: Answer) -> bool:
    return (
        last.saved_by_id == answer.saved_by_id
        and answer.saved_at - last.begun_at < SITTING
        and not _loses_a_good_part(kinds.said(asked, last.value), kinds.said(asked, answer.value))
    )


def _loses_a_good_part(before: str, after: str) -> bool:
    """Whether more than a fifth of the words go, and more than a few of them."""
    had, lost = count(before), count(before) - count(after)
    return lost > FEW_WORDS and lost * GOOD_PART > had
