"""What belongs to a round's public page: its blank form as a file."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
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
