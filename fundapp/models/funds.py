"""Funds, their rounds, and everything a round fixes when it is published."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from fundapp.extensions import Model
from workflows.funds.pinned import Pinned, pinned_of

# The rules of published rounds as they were read, by the hash that fixes them: one entry a round.
_READ: dict[str, Pinned] = {}


class Fund(Model):
    """A programme that gives money: its name, instrument and the definition it was made from.

    Like a form's and a round's terms, the definition is long and comes only when it is asked for.
    """

    __tablename__ = "funds"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    instrument: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    created_at: Mapped[datetime]


class FormVersion(Model):
    """One version of a fund's application form, as data: sections, questions, limits, guidance."""

    __tablename__ = "form_versions"
    __table_args__ = (UniqueConstraint("fund_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("funds.id"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    sha256: Mapped[str]
    created_at: Mapped[datetime]


class Round(Model):
    """One call for bids. `terms` holds what it pinned at publication; `terms_sha256` is its public hash.

    It opens and closes at an instant, and a close may be moved later (`extended_at` is when it last was); a
    rolling round has no close and gathers bids in batches.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("closes_at IS NULL OR opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("state = 'draft' OR terms_sha256 IS NOT NULL", name="published_terms_are_hashed"),
        UniqueConstraint("fund_id", "number"),
    )
    case_kind: ClassVar[str] = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("funds.id"))
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_versions.id"))
    number: Mapped[int]
    ref: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    state_since: Mapped[datetime]
    pathway: Mapped[str]
    pathway_version: Mapped[int]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    extended_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    checked_by_on: Mapped[date | None]
    assessed_by_on: Mapped[date | None]
    board_on: Mapped[date | None]
    hear_by_on: Mapped[date | None]
    release_at: Mapped[datetime | None]
    terms: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    terms_sha256: Mapped[str | None]
    next_bid_number: Mapped[int]
    created_at: Mapped[datetime]

    fund: Mapped[Fund] = relationship()
    form_version: Mapped[FormVersion] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(order_by="Criterion.position", viewonly=True)
    # How many questions wait for an answer, and the fund's round before this one, where a query asked.
    questions_open: Mapped[int | None] = query_expression()
    former_number: Mapped[int | None] = query_expression()
    budgets: Mapped[list["RoundBudget"]] = relationship(order_by="RoundBudget.financial_year", viewonly=True)

    @property
    def rules(self) -> Pinned:
        """What the round pinned, read back: the money, the dates promised, who may apply, every question.

        A published round's are read once a process: its hash covers all they are made from.
        """
        digest = self.terms_sha256
        if digest is None:
            return pinned_of(self.terms, self.form_version.definition)
        if digest not in _READ:
            _READ[digest] = pinned_of(self.terms, self.form_version.definition)
        return _READ[digest]


class Batch(Model):
    """The bids of a rolling round that arrived before one cut-off instant."""

    __tablename__ = "batches"
    __table_args__ = (UniqueConstraint("round_id", "number"), UniqueConstraint("round_id", "cut_off_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    number: Mapped[int]
    cut_off_at: Mapped[datetime]


class Criterion(Model):
    """What bids of a round are marked on. `guide` maps each mark to the words that describe it."""

    __tablename__ = "criteria"
    __table_args__ = (
        UniqueConstraint("round_id", "key"),
        CheckConstraint("weight > 0", name="weight_positive"),
        CheckConstraint("max_score > 0", name="max_score_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    position: Mapped[int]
    key: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    prompt: Mapped[str]
    weight: Mapped[Decimal] = mapped_column(Numeric(6, 3))
    max_score: Mapped[int]
    threshold: Mapped[int | None]
    guide: Mapped[dict[str, Any]]


class RoundBudget(Model):
    """What a round may spend in one financial year, and how much of it is spoken for.

    Amounts move only by guarded statements; the check is the last wall against overspending.
    """

    __tablename__ = "round_budgets"
    __table_args__ = (
        CheckConstraint("held_pence >= 0 AND committed_pence >= 0", name="nothing_negative"),
        CheckConstraint("held_pence + committed_pence <= amount_pence", name="never_overspent"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    financial_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amount_pence: Mapped[int]
    held_pence: Mapped[int]
    committed_pence: Mapped[int]
