"""Does promised work in the test's own process, as workers would."""

from pkgutil import resolve_name

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox import ROUTES


def work_off(*, leaving: str = "") -> None:
    """Run every due job until nothing is due, but for those of the kind that is left lying."""
    due = select(OutboxRow.id, OutboxRow.kind).where(
        OutboxRow.kind != leaving,
        OutboxRow.done_at.is_(None),
        OutboxRow.parked_at.is_(None),
        OutboxRow.next_at <= func.fundapp_now(),
    )
    while rows := db.session.execute(due.order_by(OutboxRow.id)).all():
        db.session.rollback()
        for row_id, kind in rows:
            module, _, name = ROUTES[kind].job.rpartition(".")
            resolve_name(f"{module}:{name}")(row_id)
            done = db.session.get_one(OutboxRow, row_id, populate_existing=True)
            assert done.done_at is not None, done.last_error
            db.session.rollback()
    db.session.rollback()
