"""Promised work that is not done yet."""

from datetime import timedelta

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow

SOON = timedelta(minutes=10)


def waiting(kind: str | None = None) -> int:
    """How many effects are due, or in a worker's hands, and not done; held ones are not counted."""
    query = select(func.count()).where(
        OutboxRow.done_at.is_(None),
        OutboxRow.parked_at.is_(None),
        OutboxRow.next_at <= clock.now() + SOON,
    )
    if kind is not None:
        query = query.where(OutboxRow.kind == kind)
    return db.session.scalar(query) or 0


def parked() -> int:
    """How many effects were given up and wait for a person."""
    return db.session.scalar(select(func.count()).where(OutboxRow.parked_at.is_not(None))) or 0
