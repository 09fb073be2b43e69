"""Moves the clock of a demonstration; any other database refuses."""

from datetime import datetime

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.installation import Installation
from fundapp.transaction import transaction


class NotADemo(Exception):
    """This database does real work: its clock cannot be moved and nobody signs in as a persona."""


class ClockGoesForward(Exception):
    """The instant asked for has already passed on the demonstration's clock."""


def is_demo() -> bool:
    """Whether the database carries the mark of a demonstration."""
    return bool(db.session.scalar(select(Installation.is_demo)))


@transaction()
def mark_as_demo(begins_at: datetime) -> None:
    """Mark an empty database as a demonstration that begins at an instant, past or future.

    The database refuses once anything has happened in it.
    """
    installation = _installation()
    installation.is_demo = True
    installation.clock_offset += begins_at - clock.now()


@transaction()
def move_clock(to: datetime) -> None:
    """Move the demonstration's clock forward to an instant; nothing else changes by itself.

    Raises `NotADemo` in a database without the mark, `ClockGoesForward` for an instant in its past.
    """
    installation = _installation()
    if not installation.is_demo:
        raise NotADemo
    if to < clock.now():
        raise ClockGoesForward
    installation.clock_offset += to - clock.now()


def _installation() -> Installation:
    return db.session.execute(select(Installation).with_for_update()).scalar_one()
