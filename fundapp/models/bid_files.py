"""Files that belong to bids: what was added, by whom, and what the scan of it came to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class BidFile(Model):
    """A file added to one question of a bid; its bytes are kept under their SHA-256 and never change.

    The calculation of an organisation's overheads is asked as a question of its share of the costs.
    A row is never deleted, and only two things about it change: that it was taken out of the bid, and the
    scan. A version that was sent in goes on naming a file that was taken out of the bid afterwards.
    `pages` is nothing for a file that has none.
    """

    __tablename__ = "bid_files"
    __table_args__ = (
        CheckConstraint("size > 0", name="holds_something"),
        CheckConstraint(
            "scan IN ('not_scanned', 'pending', 'unreachable', 'clean', 'infected')", name="scan_known"
        ),
        CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removed_by_somebody"),
        Index("ix_bid_files_answer", "application_id", "question", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    question: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int]
    pages: Mapped[int | None]
    sha256: Mapped[str]
    storage_key: Mapped[str]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    scan: Mapped[str]
    scanned_at: Mapped[datetime | None]
