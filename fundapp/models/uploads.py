"""Files on their way: what has arrived of a file that is sent in pieces, until it is whole or given up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class Upload(Model):
    """A file somebody is sending to a question of a bid; only they can go on with it.

    The same file chosen again, by its name, its size and when it was last changed, goes on where it
    stopped. `received` is how many of its bytes have arrived, without a gap.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        UniqueConstraint("application_id", "question", "person_id", "name", "size", "modified"),
        CheckConstraint("received BETWEEN 0 AND size", name="received_within_size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    question: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    size: Mapped[int]
    modified: Mapped[int]
    received: Mapped[int]
    touched_at: Mapped[datetime] = mapped_column(index=True)


class UploadPiece(Model):
    """A piece of a file on its way, by the place its first byte has in the file."""

    __tablename__ = "upload_pieces"

    upload_id: Mapped[int] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
