"""One assessor's reading of one bid: the invitation, the marks, the sealed total."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.applications import Application
from fundapp.models.funds import Criterion
from fundapp.models.people import Person


class Assessment(Model):
    """An assessor and a bid. `total` is out of 100, exact, and set only when submitted.

    `reading_order` is random per assessor and stored, so that no bid is always read last. A score is
    set aside at `set_aside_at`, by somebody other than the person who asked for it (`set_aside_by_id`).
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("application_id", "assessor_id"),
        CheckConstraint("(state = 'submitted') <= (total IS NOT NULL)", name="submitted_has_a_total"),
        CheckConstraint(
            "set_aside_at IS NULL OR (set_aside_reason IS NOT NULL AND set_aside_by_id IS NOT NULL)",
            name="set_aside_for_a_reason",
        ),
        Index("ix_assessments_assessor_id_state", "assessor_id", "state"),
        Index("ix_assessments_state_due_on", "state", "due_on"),
        Index(
            "ix_assessments_application_id_state",
            "application_id",
            "state",
            postgresql_include=["set_aside_at"],
        ),
    )
    case_kind: ClassVar[str] = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    assessor_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str]
    state_since: Mapped[datetime]
    due_on: Mapped[date | None]
    reading_order: Mapped[int]
    no_conflict_at: Mapped[datetime | None]
    conflict_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    total: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    set_aside_reason: Mapped[str | None]
    set_aside_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    set_aside_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    assessor: Mapped[Person] = relationship(foreign_keys=assessor_id)
    marks: Mapped[list["Mark"]] = relationship(order_by="Mark.criterion_id")


class Mark(Model):
    """A score and its reason for one criterion; "not applicable" is left out of sums, never zero."""

    __tablename__ = "marks"
    __table_args__ = (
        CheckConstraint("NOT (not_applicable AND score IS NOT NULL)", name="scored_or_not_applicable"),
        CheckConstraint("score >= 0", name="score_not_negative"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), primary_key=True)
    score: Mapped[int | None]
    not_applicable: Mapped[bool]
    comment: Mapped[str]
    saved_at: Mapped[datetime]

    criterion: Mapped[Criterion] = relationship()


class Interest(Model):
    """A tie between a person who may assess and a company, declared by that person ahead of any bid."""

    __tablename__ = "interests"
    __table_args__ = (
        UniqueConstraint("person_id", "company_number", "kind"),
        CheckConstraint("kind IN ('interest', 'past_employer')", name="kind_known"),
        CheckConstraint("company_number ~ '^[A-Z0-9]{8}$'", name="company_number_well_formed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    company_number: Mapped[str]
    kind: Mapped[str]
    declared_at: Mapped[datetime]


class ConflictOverride(Model):
    """One signature under the decision to use an assessor despite a conflict that was found."""

    __tablename__ = "conflict_overrides"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason_given"),)

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    reason: Mapped[str]
    signed_at: Mapped[datetime]
