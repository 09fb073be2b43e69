"""A version of a bid on paper: its receipt and everything it says, as a file its people can keep."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class PrintedBid(Model):
    """The PDF of one version that was sent in: made once, kept under its hash."""

    __tablename__ = "printed_bids"
    __table_args__ = (
        CheckConstraint("pdf_sha256 ~ '^[0-9a-f]{64}$'", name="pdf_sha256_form"),
        CheckConstraint("pdf_size > 0 AND pages > 0", name="not_empty"),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    pdf_sha256: Mapped[str]
    pdf_size: Mapped[int]
    pages: Mapped[int]
    storage_key: Mapped[str]
    made_at: Mapped[datetime]
