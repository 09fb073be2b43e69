"""Questions people ask about a round, and the answers everybody reads."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.funds import Round
from fundapp.models.people import Person


class RoundQuestion(Model):
    """One question. `words` are the asker's, `published_words` those that everybody reads."""

    __tablename__ = "round_questions"
    __table_args__ = (
        CheckConstraint("words <> ''", name="something_asked"),
        CheckConstraint("(state = 'asked') = (answer IS NULL)", name="answered_once_past_asked"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_at_an_instant"),
        CheckConstraint("(state = 'published') = (published_words IS NOT NULL)", name="published_in_words"),
        Index("ix_round_questions_round_id_state_id", "round_id", "state", "id"),
        Index("ix_round_questions_asked_by_id_id", "asked_by_id", "id"),
    )
    case_kind: ClassVar[str] = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    state: Mapped[str]
    state_since: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    words: Mapped[str]
    published_words: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    asked_by: Mapped[Person] = relationship()
