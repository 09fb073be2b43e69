"""What the frame of every page needs to know of the installation, in one statement."""

from datetime import datetime

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.installation import Installation


def time_and_kind() -> tuple[datetime, bool]:
    """The time by the one clock, and whether this database is a demonstration."""
    now, is_demo = db.session.execute(
        select(func.fundapp_now(), select(Installation.is_demo).scalar_subquery())
    ).one()
    clock.remember(now)
    return now, bool(is_demo)
