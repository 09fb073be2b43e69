"""Awards: the money promised to an organisation, its conditions and its instalments."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision


class Award(Model):
    """Money approved for a bid: a grant with claims, or an investment with tranches.

    `rate_bp` is the share of eligible cost paid, in basis points. `earlier_assistance` is the
    enterprise's own list of what it received in the window of the Subsidy Control Act 2022 s.36.
    """

    __tablename__ = "awards"
    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount_positive"),
        CheckConstraint("instrument IN ('grant', 'equity', 'convertible_loan')", name="instrument_known"),
        CheckConstraint("earlier_assistance_pence >= 0", name="assistance_not_negative"),
        Index("ix_awards_state_id", "state", "id"),
    )
    case_kind: ClassVar[str] = "award"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    state_since: Mapped[datetime]
    instrument: Mapped[str]
    amount_pence: Mapped[int]
    eligible_cost_pence: Mapped[int]
    rate_bp: Mapped[int]
    retention_bp: Mapped[int]
    financial_year: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    approved_at: Mapped[datetime]
    earlier_assistance: Mapped[list[Any]]
    earlier_assistance_pence: Mapped[int]
    subsidy_confirmed_at: Mapped[datetime | None]
    subsidy_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime | None]
    accept_by: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship()
    decision: Mapped[Decision] = relationship()
    conditions: Mapped[list["Condition"]] = relationship(order_by="Condition.number")
    instalments: Mapped[list["Instalment"]] = relationship(order_by="Instalment.number")


class Condition(Model):
    """Something the organisation must do, by when; one marked so holds back every payment."""

    __tablename__ = "conditions"
    __table_args__ = (UniqueConstraint("award_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    number: Mapped[int]
    moment: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date | None]
    before_payment: Mapped[bool]
    discharged_at: Mapped[datetime | None]
    discharged_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Instalment(Model):
    """A planned part of the award: a grant's milestone or an investment's tranche."""

    __tablename__ = "instalments"
    __table_args__ = (
        UniqueConstraint("award_id", "number"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    number: Mapped[int]
    due_on: Mapped[date]
    amount_pence: Mapped[int]
