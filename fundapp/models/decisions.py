"""Decisions on bids: rows that are only ever added, each bound to the exact version decided on."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.applications import Application
from fundapp.models.people import Person


class Decision(Model):
    """What a body decided on a bid, for how much and why; a changed mind supersedes, never edits.

    `body` is `board` or `delegate`; `submission_sha256` is the version that was approved.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('approve', 'recommend', 'reserve', 'defer', 'decline', 'send_back')",
            name="outcome_known",
        ),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    body: Mapped[str]
    outcome: Mapped[str]
    amount_pence: Mapped[int]
    conditions: Mapped[list[Any]]
    reason: Mapped[str]
    submission_sha256: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))

    application: Mapped[Application] = relationship()
    decided_by: Mapped[Person] = relationship()
