"""The record of what happened: one event a transition, chained by hash, case by case."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class Event(Model):
    """Who did what to a case, when, from which state to which.

    `facts` holds ids, states, dates and amounts, never names or free text; those go to the side row
    whose salted digest this event hashes, so that they can be erased and the chain still verifies.
    """

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("case_kind", "case_id", "sequence"),
        Index("ix_events_at_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_kind: Mapped[str]
    case_id: Mapped[int]
    sequence: Mapped[int]
    action: Mapped[str]
    source: Mapped[str | None]
    target: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    personal_digest: Mapped[str | None]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class EventPersonal(Model):
    """Names and free text that belong to an event, kept apart so that they can be erased."""

    __tablename__ = "event_personal"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    salt: Mapped[str]
    body: Mapped[dict[str, Any]]


class Anchor(Model):
    """The record as it stood at one instant: a digest over every event, also written outside the database.

    `digest` is reached by hashing, event by event in order of id, the digest so far with the event's own
    hash; so it covers every case's latest hash, and each anchor continues the one before it.
    """

    __tablename__ = "anchors"
    __table_args__ = (CheckConstraint("events > 0", name="covers_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    last_event_id: Mapped[int] = mapped_column(unique=True)
    events: Mapped[int]
    digest: Mapped[str]
