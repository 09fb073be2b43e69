"""Questions about a round: asked by anybody signed in, answered by the office to everybody or to one."""

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.models.round_questions import RoundQuestion
from fundapp.services import casework, tries
from fundapp.services.tries import Count
from fundapp.transaction import lock, transaction
from workflows.machine import Blocked, Blocker
from workflows.rules.schedule import in_words

ASKED_IN_AN_HOUR = 24


@transaction()
def ask(call: Round, words: str, actor: Person) -> RoundQuestion:
    """Ask the programme team about a round; the asker's name is never published.

    In order: the try is counted against the person; the question is filed, and its first event written.
    Raises `TooManyTries`, and `Blocked` once the round has closed.
    """
    tries.spend([Count("question", str(actor.id), ASKED_IN_AN_HOUR)])
    if call.closes_at is not None and call.closes_at <= clock.now():
        closed = f"This round closed at {in_words(call.closes_at)}, and takes no more questions."
        raise Blocked((Blocker("questions_closed", closed, "Write to us instead."),))
    question = RoundQuestion(round_id=call.id, asked_by_id=actor.id, asked_at=clock.now(), words=words)
    casework.open_case(question, actor, recorded={"round_id": call.id}, personal={"question": words})
    return question


@transaction()
def publish_answer(question: RoundQuestion, words: str, answer: str, actor: Person) -> RoundQuestion:
    """Answer a question for everybody.

    In order: the question as everybody reads it and its answer are kept; it is published on the round's
    page; the asker, everybody with a bid in the round and its followers are told.
    """
    return _answered(question, "publish", words, answer, actor)


@transaction()
def answer_asker(question: RoundQuestion, answer: str, actor: Person) -> RoundQuestion:
    """Answer a question to whoever asked, and nobody else: they are told by mail."""
    return _answered(question, "answer", None, answer, actor)


def _answered(
    question: RoundQuestion, action: str, words: str | None, answer: str, actor: Person
) -> RoundQuestion:
    lock(question)
    gaps = [] if answer.strip() else ["The answer is empty."]
    if words is not None and not words.strip():
        gaps.append("The question as everybody reads it is empty.")
    said = {"answer": answer} if words is None else {"question": words, "answer": answer}
    with db.session.no_autoflush:
        question.published_words, question.answer, question.answered_at = words, answer, clock.now()
        casework.advance(
            question,
            action,
            actor,
            facts={"gaps": tuple(gaps)},
            recorded={"round_id": question.round_id},
            personal=said,
            is_held=True,
        )
    return question
