"""Tell the queue of every row that is due, again and again until it is done or parked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Row, func, select, update

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox.bell import Bell, Ring
from fundapp.outbox.policy import Policy
from fundapp.outbox.routes import ROUTES
from fundapp.transaction import transaction

BATCH = 500

log = structlog.get_logger(__name__)

DueRow = Row[int, str, str, int, int, bool]


def relay(bell: Bell, policy: Policy) -> int:
    """Ring for every due row, in batches, and return how many rows were rung.

    After a flush or a replacement of the queue, every row it held is due at once. Rows that a worker
    holds are passed over, rows still waiting in their queue are not rung twice, and rows that used up
    their attempts are parked.
    """
    if not bell.remembers():
        _make_rung_rows_due()
        bell.begin_epoch()
    rung = 0
    while True:
        taken, rung_now = _relay_batch(bell, policy)
        rung += rung_now
        if taken < BATCH:
            return rung


@transaction()
def _make_rung_rows_due() -> None:
    held = (
        select(OutboxRow.id)
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.parked_at.is_(None),
            OutboxRow.rung_at.is_not(None),
        )
        .with_for_update(skip_locked=True)
    )
    db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(held.scalar_subquery()))
        .values(next_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _relay_batch(bell: Bell, policy: Policy) -> tuple[int, int]:
    """Ring only once the rows are let go: a worker quicker than the commit would find them held and pass on.

    A relay that dies in between leaves its rows to the end of their lease.
    """
    taken, rings = _take_batch(bell, policy)
    try:
        bell.ring(rings)
    except RedisError:
        _make_due_again([ring.row_id for ring in rings])
        raise
    return taken, len(rings)


@transaction()
def _take_batch(bell: Bell, policy: Policy) -> tuple[int, list[Ring]]:
    due = _take_due()
    hopeless = {row.id: reason for row in due if (reason := _hopeless(row, policy))}
    live = [row for row in due if row.id not in hopeless]
    waiting = bell.waiting({row.queue for row in live if row.rung})
    heard = [
        row for row in live if row.rung and Ring(row.id, row.kind, row.queue, row.rings).job_id in waiting
    ]
    told = {row.id for row in heard}
    silent = [row for row in live if row.id not in told]
    rings = [Ring(row.id, row.kind, row.queue, row.rings + 1) for row in _leaders(silent)]
    _lease([row.id for row in heard], policy.lease)
    _hand_over([row.id for row in silent], policy.lease)
    _count([ring.row_id for ring in rings])
    _park(hopeless)
    return len(due), rings


@transaction()
def _make_due_again(row_ids: Sequence[int]) -> None:
    """The queue never heard of these rows."""
    _update(row_ids, next_at=clock.now(), rung_at=None)


def _take_due() -> Sequence[DueRow]:
    return db.session.execute(
        select(
            OutboxRow.id,
            OutboxRow.kind,
            OutboxRow.queue,
            OutboxRow.attempts,
            OutboxRow.rings,
            OutboxRow.rung_at.is_not(None).label("rung"),
        )
        .where(
            OutboxRow.done_at.is_(None),
            OutboxRow.parked_at.is_(None),
            OutboxRow.next_at <= clock.now(),
        )
        .order_by(OutboxRow.next_at, OutboxRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()


def _leaders(rows: Sequence[DueRow]) -> Iterator[DueRow]:
    """The first of every group that one job carries out together."""
    seen: Counter[str] = Counter()
    for row in rows:
        if seen[row.kind] % ROUTES[row.kind].together == 0:
            yield row
        seen[row.kind] += 1


def _hopeless(row: DueRow, policy: Policy) -> str:
    if row.kind not in ROUTES:
        return f"no job is known for {row.kind}"
    return "every run was cut short" if row.attempts >= policy.attempts else ""


def _lease(row_ids: Sequence[int], lease: timedelta) -> None:
    """Look at these rows again only when the lease is over."""
    _update(row_ids, next_at=clock.now() + lease)


def _hand_over(row_ids: Sequence[int], lease: timedelta) -> None:
    """These rows are in the queue's hands now, for as long, whether rung for themselves or with a group."""
    _update(row_ids, next_at=clock.now() + lease, rung_at=clock.now())


def _count(row_ids: Sequence[int]) -> None:
    """These rows were rung for themselves, once more."""
    _update(row_ids, rings=OutboxRow.rings + 1)


def _park(reasons: Mapping[int, str]) -> None:
    for row_id, reason in reasons.items():
        log.error("outbox_row_parked", row=row_id, reason=reason)
        error = func.coalesce(OutboxRow.last_error, reason)
        _update([row_id], parked_at=clock.now(), rung_at=None, last_error=error)


def _update(row_ids: Sequence[int], **values: Any) -> None:
    if row_ids:
        db.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(row_ids))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
