"""What belongs to a round's public page: its blank form as a file, and who hears of its changes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class PrintedForm(Model):
    """The blank form of a published round as a PDF: where its bytes are kept, and their hash."""

    __tablename__ = "printed_forms"
    __table_args__ = (
        CheckConstraint("pdf_sha256 ~ '^[0-9a-f]{64}$'", name="pdf_sha256_form"),
        CheckConstraint("pdf_size > 0 AND pages > 0", name="not_empty"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    pdf_sha256: Mapped[str]
    pdf_size: Mapped[int]
    pages: Mapped[int]
    storage_key: Mapped[str]
    made_at: Mapped[datetime]


class Follower(Model):
    """An address that asked to hear of a round; nobody hears anything before the address is confirmed.

    Of the confirming link only the SHA-256 is kept, until it is used. Whoever stops is deleted.
    """

    __tablename__ = "followers"
    __table_args__ = (
        UniqueConstraint("round_id", "email"),
        CheckConstraint("email = lower(email)", name="email_normalised"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (link_hash IS NOT NULL) AND (link_hash IS NULL) = (expires_at IS NULL)",
            name="confirmed_or_asked",
        ),
        Index("ix_followers_expires_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    email: Mapped[str]
    asked_at: Mapped[datetime]
    link_hash: Mapped[str | None] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
