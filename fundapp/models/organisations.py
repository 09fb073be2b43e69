"""Organisations that apply for money, and the people who act for them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.people import Person


class Organisation(Model):
    """A firm: one record however many people or bids it has.

    `name_key` is the normalised name that lists sort by; `authority` is the ONS code of the district
    its trading postcode lies in, or nothing while nobody has said.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("company_number ~ '^[A-Z0-9]{8}$'", name="company_number_well_formed"),
        CheckConstraint("name <> ''", name="name_given"),
        Index("ix_organisations_name_prefix", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    company_number: Mapped[str | None] = mapped_column(unique=True)
    postcode: Mapped[str | None]
    authority: Mapped[str | None] = mapped_column(index=True)
    staff_count: Mapped[int | None]
    turnover_pence: Mapped[int | None]
    gross_assets_pence: Mapped[int | None]
    created_at: Mapped[datetime]


class Membership(Model):
    """A person acts for an organisation, from a time until a time."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()
