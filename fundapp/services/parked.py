"""Work that could not be done: warn about it, and try it again when a person says so."""

from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, func, select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.transaction import transaction

OVERDUE = timedelta(minutes=2)

log = structlog.get_logger(__name__)


class NotParked(LookupError):
    """There is no parked row with this id."""


@transaction()
def retry(row_id: int) -> None:
    """Take a row out of the car park with a fresh count of attempts, due now; the relay hears of it."""
    row = db.session.get(OutboxRow, row_id, with_for_update=True)
    if row is None or row.parked_at is None:
        raise NotParked(f"row {row_id} is not parked")
    row.parked_at = None
    row.attempts = 0
    row.next_at = clock.now()
    outbox.nudge()


@transaction()
def warn() -> None:
    """Write one log line for parked and one for overdue work, for whoever watches the log."""
    parked = _count(OutboxRow.parked_at.is_not(None))
    overdue = _count(
        OutboxRow.done_at.is_(None),
        OutboxRow.parked_at.is_(None),
        OutboxRow.next_at < clock.now() - OVERDUE,
    )
    if parked:
        log.error("work_parked", **parked)
    if overdue:
        log.error("work_overdue", **overdue)


def _count(*conditions: ColumnElement[bool]) -> dict[str, int]:
    counted = select(OutboxRow.kind, func.count()).where(*conditions).group_by(OutboxRow.kind)
    return dict(db.session.execute(counted).all())
