"""Questions about a round: the log everybody reads, a person's own, and those the office has to answer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.models.round_questions import RoundQuestion

MOST = 200


def published(round_id: int) -> Sequence[RoundQuestion]:
    """What everybody reads, newest answer first; one statement."""
    return db.session.scalars(
        select(RoundQuestion)
        .where(RoundQuestion.round_id == round_id, RoundQuestion.state == "published")
        .order_by(RoundQuestion.answered_at.desc(), RoundQuestion.id.desc())
        .limit(MOST)
    ).all()


def asked_by(person_id: int, round_id: int) -> Sequence[RoundQuestion]:
    """What one person asked about a round, newest first."""
    return db.session.scalars(
        select(RoundQuestion)
        .where(RoundQuestion.asked_by_id == person_id, RoundQuestion.round_id == round_id)
        .order_by(RoundQuestion.id.desc())
        .limit(MOST)
    ).all()


def of_round(round_id: int) -> Sequence[RoundQuestion]:
    """Every question of a round with who asked it: those to answer first, the oldest of them first."""
    return db.session.scalars(
        select(RoundQuestion)
        .where(RoundQuestion.round_id == round_id)
        .options(joinedload(RoundQuestion.asked_by))
        .order_by(RoundQuestion.state != "asked", RoundQuestion.id)
        .limit(MOST)
    ).all()


def by_id(number: int) -> RoundQuestion | None:
    """One question with its round and who asked it."""
    return db.session.scalars(
        select(RoundQuestion)
        .where(RoundQuestion.id == number)
        .options(joinedload(RoundQuestion.asked_by), joinedload(RoundQuestion.round).joinedload(Round.fund))
    ).one_or_none()
