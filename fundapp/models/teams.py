"""The team of a bid: who plays which part besides its lead, and a lead that is being handed over."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.people import Person

_LIVE = text("ended_at IS NULL")


class BidMember(Model):
    """A person plays a part in a bid from a time until a time.

    Who acts for the bid's organisation writes in it without a row; a row then says less, or more.
    Somebody of a partner's has the number of that partner's share of the costs.
    """

    __tablename__ = "bid_members"
    __table_args__ = (
        CheckConstraint("part IN ('writer', 'finance', 'reader', 'partner')", name="part_known"),
        CheckConstraint("(part = 'partner') = (share_number IS NOT NULL)", name="partners_have_a_share"),
        CheckConstraint("ended_at IS NULL OR ended_at >= since", name="ends_after_it_begins"),
        Index("uq_bid_members_live", "application_id", "person_id", unique=True, postgresql_where=_LIVE),
        Index("ix_bid_members_person_id", "person_id", postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    part: Mapped[str]
    share_number: Mapped[int | None]
    since: Mapped[datetime]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class LeadOffer(Model):
    """The lead of a bid, offered by whoever has it to one of the team, until it is taken or not.

    It changes hands only when both have said so: `taken` is empty while the other has not.
    """

    __tablename__ = "lead_offers"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (taken IS NULL)", name="ended_means_answered"),
        CheckConstraint("from_id <> to_id", name="to_somebody_else"),
        Index("uq_lead_offers_open", "application_id", unique=True, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    offered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    taken: Mapped[bool | None]

    to: Mapped[Person] = relationship(foreign_keys=[to_id])
