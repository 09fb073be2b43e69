"""What people who lead bids chose to say of themselves: apart from every bid, and from everybody."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class EqualityAnswers(Model):
    """One form. Nothing in it leads to a bid or a person, and nothing here may be added that does.

    `answered_in` is the first day of the month it came in, and `questions` the version of the questions
    (`workflows.equality.VERSIONS`); `answers` holds only the questions that were answered. The id is random,
    and neither it nor the order of rows can be read by the application: see `migrations/sql/roles.sql`.
    """

    __tablename__ = "equality_answers"
    __table_args__ = (
        CheckConstraint("extract(day FROM answered_in) = 1", name="no_day_is_kept"),
        CheckConstraint("jsonb_typeof(answers) = 'object'", name="answers_by_question"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    answered_in: Mapped[date]
    questions: Mapped[int]
    answers: Mapped[dict[str, Any]]
