"""What each organisation of a bid says of its costs and of who pays them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.applications import Application
from fundapp.models.people import Person


class CostShare(Model):
    """One organisation's part in the costs of a bid: number 0 is whoever leads it, the others are partners.

    `sheet` is the cost sheet as the rulebook writes it (`workflows.rules.cost_sheets.as_data`), nothing
    before the first save; `version` rises with each save. A partner has a name, and is out of the bid from
    `ended_at` on; the lead has neither, for the bid names it.
    """

    __tablename__ = "cost_shares"
    __table_args__ = (
        CheckConstraint("(number = 0) = (name IS NULL)", name="partners_are_named"),
        CheckConstraint("number > 0 OR ended_at IS NULL", name="the_lead_stays"),
        CheckConstraint("(version = 0) = (sheet IS NULL)", name="saved_means_written"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str | None]
    sheet: Mapped[dict[str, Any] | None]
    version: Mapped[int]
    saved_at: Mapped[datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="cost_shares")
    saved_by: Mapped[Person | None] = relationship()
