"""R&D spend entries: what approved awards add to the regional total, never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class RdEntry(Model):
    """R&D cost of one measure, source of funds, performing site, R&D type and quarter, in pence.

    `quarter_starts_on` is the first day of a calendar quarter; `authority` the ONS code of the site's
    district; `recorded_at` the instant "as at" figures go by.
    """

    __tablename__ = "rd_entries"
    __table_args__ = (
        CheckConstraint("measure IN ('committed', 'contracted', 'defrayed')", name="measure_known"),
        CheckConstraint("pence <> 0", name="pence_not_zero"),
        Index("ix_rd_entries_measure_quarter_starts_on", "measure", "quarter_starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    measure: Mapped[str]
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), index=True)
    source_of_funds: Mapped[str]
    authority: Mapped[str]
    rd_type: Mapped[str]
    quarter_starts_on: Mapped[date]
    pence: Mapped[int]
    is_estimated: Mapped[bool]
    recorded_at: Mapped[datetime]
