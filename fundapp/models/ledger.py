"""The ledger: money moving between accounts, never edited, every transaction summing to zero."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model

ACCOUNTS = (
    "funding",
    "available",
    "committed",
    "contracted",
    "payable",
    "retained",
    "in_transit",
    "paid",
    "receivable",
    "recovered",
)


class LedgerTransaction(Model):
    """One movement of money, keyed by the event that caused it, so that posting it twice is once."""

    __tablename__ = "ledger_transactions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    posting: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_transactions.id"), unique=True)
    recorded_at: Mapped[datetime]

    entries: Mapped[list["LedgerEntry"]] = relationship(order_by="LedgerEntry.id")


class LedgerEntry(Model):
    """One side of a movement, in pence: positive into the account, negative out of it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("pence <> 0", name="pence_not_zero"),
        CheckConstraint(f"account IN {ACCOUNTS}", name="account_known"),
        Index("ix_ledger_entries_round_id_financial_year_account", "round_id", "financial_year", "account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("ledger_transactions.id"), index=True)
    account: Mapped[str]
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    financial_year: Mapped[int]
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"), index=True)
    pence: Mapped[int]
