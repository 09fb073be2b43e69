"""Claims in arrears, and the payment runs that pay them."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.awards import Award
from fundapp.models.bank_accounts import BankAccount
from fundapp.models.people import Person


class Claim(Model):
    """A request for payment of costs already paid. Payable = approved cost x rate, less retention, capped.

    The one that pays what was kept back from the others has no lines, and takes it off again: what it
    retains is the same amount below nothing.
    """

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("award_id", "number"),
        CheckConstraint(
            "payable_pence >= 0 AND payable_pence + retained_pence >= 0", name="payable_not_negative"
        ),
        Index("ix_claims_state_id", "state", "id"),
    )
    case_kind: ClassVar[str] = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"))
    number: Mapped[int]
    state: Mapped[str]
    state_since: Mapped[datetime]
    period_ends_on: Mapped[date]
    payable_pence: Mapped[int]
    retained_pence: Mapped[int]
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]

    award: Mapped[Award] = relationship()
    lines: Mapped[list["ClaimLine"]] = relationship(order_by="ClaimLine.number")


class ClaimLine(Model):
    """One cost already paid: who was paid, when, how much, and what share of it is R&D."""

    __tablename__ = "claim_lines"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        CheckConstraint("net_pence > 0 AND vat_pence >= 0", name="amounts_make_sense"),
        CheckConstraint("approved_pence BETWEEN 0 AND net_pence + vat_pence", name="approved_within_cost"),
        CheckConstraint("rd_share_bp BETWEEN 0 AND 10000", name="rd_share_is_a_share"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    number: Mapped[int]
    supplier: Mapped[str]
    invoice_number: Mapped[str]
    invoiced_on: Mapped[date]
    paid_on: Mapped[date]
    net_pence: Mapped[int]
    vat_pence: Mapped[int]
    vat_recoverable: Mapped[bool]
    category: Mapped[str]
    rd_type: Mapped[str]
    rd_share_bp: Mapped[int]
    approved_pence: Mapped[int]
    reduction_reason: Mapped[str]


class PaymentRun(Model):
    """A batch of payments that one person prepares and another releases to the bank."""

    __tablename__ = "payment_runs"
    __table_args__ = (CheckConstraint("approved_by_id IS DISTINCT FROM prepared_by_id", name="two_people"),)
    case_kind: ClassVar[str] = "payment_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str]
    state_since: Mapped[datetime]
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    file_sha256: Mapped[str | None]
    created_at: Mapped[datetime]

    prepared_by: Mapped[Person] = relationship(foreign_keys=[prepared_by_id])
    lines: Mapped[list["PaymentLine"]] = relationship(order_by="PaymentLine.id", back_populates="run")


class PaymentLine(Model):
    """One payment in a run, to the account that was in force when the run was prepared.

    `result` is what the bank said: nothing yet, paid or refused.
    """

    __tablename__ = "payment_lines"
    __table_args__ = (
        CheckConstraint("pence > 0", name="pence_positive"),
        CheckConstraint("result IN ('paid', 'refused')", name="result_known"),
        Index(
            "uq_payment_lines_claim_id_live",
            "claim_id",
            unique=True,
            postgresql_where=text("result IS DISTINCT FROM 'refused'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payment_runs.id"), index=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"))
    bank_account_id: Mapped[int] = mapped_column(ForeignKey("bank_accounts.id"))
    end_to_end_id: Mapped[str] = mapped_column(unique=True)
    pence: Mapped[int]
    result: Mapped[str | None]
    result_on: Mapped[date | None]

    run: Mapped[PaymentRun] = relationship(back_populates="lines")
    claim: Mapped[Claim] = relationship()
    bank_account: Mapped[BankAccount] = relationship()
