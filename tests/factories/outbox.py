"""Does promised work in the test's own process, as workers would."""

from functools import cache
from pkgutil import resolve_name

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox import ROUTES

PRINTING_FORMS = "print_form"


def work_off(*, leaving: str = PRINTING_FORMS) -> None:
    """Run every due job until nothing is due, but for those of the kind that is left lying.

    That is the printing of blank forms: every round that opens asks for it, it takes longest of all, and
    few tests look at it.
    """
    due = select(OutboxRow.id, OutboxRow.kind).where(
        OutboxRow.kind != leaving,
        OutboxRow.done_at.is_(None),
        OutboxRow.parked_at.is_(None),
        OutboxRow.next_at <= func.fundapp_now(),
    )
    while rows := db.session.execute(due.order_by(OutboxRow.id)).all():
        db.session.rollback()
        for row_id, kind in rows:
            route = ROUTES[kind]
            if route.ready:
                _make_ready(route.ready)
            resolve_name(route.job)(row_id)
            done = db.session.get_one(OutboxRow, row_id, populate_existing=True)
            assert done.done_at is not None, done.last_error
            db.session.rollback()
    db.session.rollback()


@cache
def _make_ready(ready: str) -> None:
    """Once a process, as a worker does."""
    resolve_name(ready)()
