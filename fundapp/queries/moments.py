"""The next instants at which something changes by the clock alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.models.meetings import Meeting


def next_opening() -> datetime | None:
    """When the next published round opens."""
    return _next(Round.opens_at)


def next_close() -> datetime | None:
    """When the next round closes."""
    return _next(Round.closes_at)


def next_release() -> datetime | None:
    """When the next decisions may be told."""
    return _next(Round.release_at)


def next_meeting() -> datetime | None:
    """When the board meets next."""
    return _next(Meeting.meets_at)


def _next(column: InstrumentedAttribute[Any]) -> datetime | None:
    found: datetime | None = db.session.scalar(select(func.min(column)).where(column > clock.now()))
    return found
