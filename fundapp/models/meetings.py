"""Board meetings: who sits, what is on the list, who declared what, how each voted."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundapp.extensions import Model
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.people import Person


class Meeting(Model):
    """A sitting of the board on one round. Quorum is a number of members who may vote on an item."""

    __tablename__ = "meetings"
    __table_args__ = (CheckConstraint("quorum > 0", name="quorum_positive"),)
    case_kind: ClassVar[str] = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    title: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    meets_at: Mapped[datetime]
    quorum: Mapped[int]
    created_at: Mapped[datetime]

    round: Mapped[Round] = relationship()
    members: Mapped[list["MeetingMember"]] = relationship(order_by="MeetingMember.person_id")
    items: Mapped[list["MeetingItem"]] = relationship(
        order_by="MeetingItem.position", back_populates="meeting"
    )


class MeetingMember(Model):
    """A board member invited to a meeting, whether present, and whether in the chair."""

    __tablename__ = "meeting_members"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    is_chair: Mapped[bool]
    is_present: Mapped[bool]

    person: Mapped[Person] = relationship()


class MeetingItem(Model):
    """One bid on a meeting's list, and the outcome recorded for it while in session.

    An outcome here only *holds* budget; closing the meeting makes it a decision.
    """

    __tablename__ = "meeting_items"
    __table_args__ = (
        UniqueConstraint("meeting_id", "application_id"),
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("held_pence >= 0", name="held_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    position: Mapped[int]
    outcome: Mapped[str | None]
    amount_pence: Mapped[int | None]
    reason: Mapped[str]
    conditions: Mapped[list[Any]]
    held_pence: Mapped[int]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    recorded_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="items")
    application: Mapped[Application] = relationship()
    declarations: Mapped[list["InterestDeclaration"]] = relationship(
        order_by="InterestDeclaration.declared_at"
    )
    votes: Mapped[list["Vote"]] = relationship(order_by="Vote.cast_at")


class InterestDeclaration(Model):
    """A member's interest in one item; one who leaves sees no papers, is not counted, cannot vote."""

    __tablename__ = "interest_declarations"

    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    nature: Mapped[str]
    leaves: Mapped[bool]
    declared_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class Vote(Model):
    """One member's vote on one item: for, against or abstain, once."""

    __tablename__ = "votes"
    __table_args__ = (CheckConstraint("choice IN ('for', 'against', 'abstain')", name="choice_known"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("meeting_items.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    choice: Mapped[str]
    cast_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
