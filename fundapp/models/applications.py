"""Bids: the record, its answers while it is written, and each frozen version sent in."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from fundapp.extensions import Model
from fundapp.models.funds import Batch, Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person

if TYPE_CHECKING:
    from fundapp.models.costs import CostShare

# What lets a search by the beginning of a word use an index whatever the database's collation is.
_PREFIX = {"reference": "text_pattern_ops"}


class Application(Model):
    """A bid by an organisation to a round, in one state of the round's pathway.

    `closes_at` is the instant the bid had to be in by, copied at submission, so that the table itself
    refuses a late one; `extended_to` is a close of its own, later than its round's. Shares are in basis
    points (7,500 = 75%). `score` is out of 100, kept exact;
    `is_recommended` is what the assessment came to, whatever state the bid has reached since.
    `project_version` rises with each save of the project's words and figures; when and by whom the last
    was made is empty before the first.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "bid_ref"),
        CheckConstraint(
            "closes_at IS NULL OR submitted_at IS NULL OR late_reason IS NOT NULL"
            " OR submitted_at < closes_at",
            name="submitted_before_the_close",
        ),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name="sent_in_once_past_draft"
        ),
        CheckConstraint(
            "total_cost_pence >= 0 AND grant_requested_pence >= 0 AND match_funding_pence >= 0",
            name="amounts_not_negative",
        ),
        CheckConstraint("rd_share_bp BETWEEN 0 AND 10000", name="rd_share_is_a_share"),
        CheckConstraint("rd_type IN ('basic', 'applied', 'experimental')", name="rd_type_known"),
        Index(
            "ix_applications_round_id_state_id",
            "round_id",
            "state",
            "id",
            postgresql_include=["is_recommended"],
        ),
        Index("ix_applications_round_id_score_id", "round_id", "score", "id"),
        Index(
            "ix_applications_round_id_id",
            "round_id",
            "id",
            postgresql_include=["state", "is_recommended", "created_at", "submitted_at"],
        ),
        Index("ix_applications_state_id", "state", "id"),
        Index(
            "ix_applications_left_alone",
            "round_id",
            "state",
            postgresql_where=text("batch_id IS NOT NULL OR extended_to IS NOT NULL"),
        ),
        Index("ix_applications_reference_prefix", "reference", postgresql_ops=_PREFIX),
        Index("ix_applications_title_words", text("to_tsvector('simple', title)"), postgresql_using="gin"),
    )
    case_kind: ClassVar[str] = "application"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[int]
    reference: Mapped[str] = mapped_column(unique=True)
    bid_ref: Mapped[str | None]
    import_sha256: Mapped[str | None]
    state: Mapped[str]
    state_since: Mapped[datetime]
    title: Mapped[str]
    summary: Mapped[str]
    theme: Mapped[str | None]
    total_cost_pence: Mapped[int]
    grant_requested_pence: Mapped[int]
    match_funding_pence: Mapped[int]
    rd_share_bp: Mapped[int]
    rd_type: Mapped[str] = mapped_column(server_default=text("'experimental'"))
    starts_on: Mapped[date | None]
    months: Mapped[int | None]
    project_version: Mapped[int] = mapped_column(server_default=text("1"))
    project_saved_at: Mapped[datetime | None]
    project_saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = mapped_column(index=True)
    closes_at: Mapped[datetime | None]
    extended_to: Mapped[datetime | None]
    late_reason: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    spread: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    is_recommended: Mapped[bool | None]
    decision_release_at: Mapped[datetime | None]

    # The number of the version sent in last, where a query asked.
    last_number: Mapped[int | None] = query_expression()

    round: Mapped[Round] = relationship()
    organisation: Mapped[Organisation] = relationship()
    lead: Mapped[Person] = relationship(foreign_keys=[lead_id])
    project_saved_by: Mapped[Person | None] = relationship(foreign_keys=[project_saved_by_id])
    cost_shares: Mapped[list["CostShare"]] = relationship(
        primaryjoin="and_(CostShare.application_id == Application.id, CostShare.ended_at.is_(None))",
        order_by="CostShare.number",
        back_populates="application",
        viewonly=True,
    )


# The same as `schedule.closes`, in a statement that joins the bid's round.
TO_BE_IN_BY = func.greatest(Round.closes_at, Application.extended_to)
# Until when a bid that was sent in is left alone after its round's close: its batch, or a close of its own.
LEFT_ALONE_UNTIL = func.coalesce(Batch.cut_off_at, Application.extended_to)


class Answer(Model):
    """The latest words a bid gives to one question; `version` rises with each save.

    `begun_at` is when whoever saved them last sat down to them.
    """

    __tablename__ = "answers"

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    version: Mapped[int]
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    saved_by: Mapped[Person] = relationship()


class AnswerVersion(Model):
    """A text an answer had before the one it has, as it was when its writer's sitting ended.

    `version` is the answer's at the last save of the sitting, `begun_at` the sitting's first.
    """

    __tablename__ = "answer_versions"
    __table_args__ = (Index("ix_answer_versions_answer", "application_id", "question", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    question: Mapped[str]
    value: Mapped[dict[str, Any]]
    version: Mapped[int]
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


class Submission(Model):
    """One version of a bid as sent in: frozen content, and the SHA-256 its receipt carries.

    `key` is the idempotency key of the press that made it: a second press finds this row.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        UniqueConstraint("application_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    key: Mapped[str]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signatory: Mapped[str]
