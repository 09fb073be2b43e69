"""Sums the database keeps of what is only ever added: pages read these, and `verify` proves them.

Triggers on the entries write them in the same transaction; the application may only read them.
"""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class LedgerSum(Model):
    """What an account of a round and a financial year comes to, in pence, and from how many entries."""

    __tablename__ = "ledger_sums"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    financial_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(primary_key=True)
    pence: Mapped[int]
    entries: Mapped[int]


class RdSum(Model):
    """What a measure comes to for a source of funds, district, type and quarter, from how many entries."""

    __tablename__ = "rd_sums"

    measure: Mapped[str] = mapped_column(primary_key=True)
    source_of_funds: Mapped[str] = mapped_column(primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    rd_type: Mapped[str] = mapped_column(primary_key=True)
    quarter_starts_on: Mapped[date] = mapped_column(primary_key=True)
    pence: Mapped[int]
    entries: Mapped[int]
