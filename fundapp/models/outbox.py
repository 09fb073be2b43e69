"""Promised work: each row is one effect of a decision, to be carried out exactly once by a worker."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class OutboxRow(Model):
    """One effect that must happen, written in the same transaction as the decision that caused it.

    `attempts` counts runs that began, `rings` counts how often the queue was told of it; a wake-up
    that is lost or waits in a long queue therefore never counts as a failure. `rung_at` is set while the
    row is in the queue's hands (until a run begins), so a lost queue makes exactly those rows due again.
    """

    __tablename__ = "outbox_rows"
    __table_args__ = (
        UniqueConstraint("kind", "business_key"),
        CheckConstraint("attempts >= 0 AND rings >= 0", name="counts_not_negative"),
        CheckConstraint("done_at IS NULL OR parked_at IS NULL", name="done_or_parked"),
        Index(
            "ix_outbox_rows_due",
            "next_at",
            "id",
            postgresql_where=text("done_at IS NULL AND parked_at IS NULL"),
        ),
        Index(
            "ix_outbox_rows_rung",
            "rung_at",
            postgresql_where=text("done_at IS NULL AND parked_at IS NULL AND rung_at IS NOT NULL"),
        ),
        Index("ix_outbox_rows_parked", "parked_at", "id", postgresql_where=text("parked_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    business_key: Mapped[str]
    queue: Mapped[str]
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    rings: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
