"""Carry out one promised effect exactly once, however often and wherever its job is started."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox import policy
from fundapp.outbox.routes import ROUTES
from fundapp.transaction import transaction

Fulfil = Callable[[Mapping[str, Any]], None]
Ask = Callable[[Mapping[str, Any]], Any]
FulfilWith = Callable[[Mapping[str, Any], Any], None]

ERROR_LENGTH = 2000
FOREIGN = "foreign_job"
PENDING = (OutboxRow.done_at.is_(None), OutboxRow.parked_at.is_(None))

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of one run of a job."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class WorkerDied(Exception):
    """The process that did the work ended in the middle of it."""


class CannotSucceed(Exception):
    """Trying again would not help: the row is parked at once, for a person to look at."""


def handle(row_id: int, kind: str, fulfil: Fulfil) -> Outcome:
    """Run `fulfil(payload)` for one row and mark the row done, in one transaction.

    In order: the attempt is counted and committed, so that even a run that is killed counts; the row
    is locked, and a row that is done, parked, of another kind or held by another worker is skipped;
    `fulfil` runs and `done_at` is set, together or not at all. On an error everything is undone and
    the reason and the next time are recorded; after the last allowed run the row is parked.

    `fulfil` must not commit: it shares this transaction, so it may not call public service verbs.
    """
    if not _begin(row_id, kind):
        return Outcome.SKIPPED
    return _carry_out(row_id, kind, fulfil)


def handle_asking(row_id: int, kind: str, ask: Ask, fulfil: FulfilWith) -> Outcome:
    """Carry out one row as `handle` does, with an answer from outside that no transaction waits for.

    Between counting the attempt and carrying it out, `ask(payload)` runs with no transaction open, and
    `fulfil(payload, answer)` keeps what it returned. A run that is started twice may ask twice; only one
    answer is kept. An error of `ask` counts as a failed run.
    """
    if not _begin(row_id, kind):
        return Outcome.SKIPPED
    try:
        answer = ask(_payload_of(row_id))
    except Exception as error:
        log.warning("outbox_asking_failed", row=row_id, kind=kind, error=type(error).__name__, exc_info=True)
        record_failure(row_id, error)
        return Outcome.FAILED
    return _carry_out(row_id, kind, lambda payload: fulfil(payload, answer))


def handle_together(row_id: int, kind: str, fulfil: Fulfil) -> Outcome:
    """Carry out one row as `handle` does, then others of its kind that are due and nobody has begun.

    The relay rings once for a group of them; each is still its own transaction with its own record, and
    is taken only when its turn comes, so that several workers share what waits. Where another worker was
    quicker with a row, the one it was rung for or one of the others, the next takes its place: as many are
    carried out as were rung for, and none is left to the end of its lease.
    """
    outcome = handle(row_id, kind, fulfil)
    left = ROUTES[kind].together - (outcome is not Outcome.SKIPPED)
    while left and (other := _begin_next(kind)) is not None:
        left -= _carry_out(other, kind, fulfil) is not Outcome.SKIPPED
    return outcome


def rehearse() -> None:
    """Ask for a row there cannot be: processes forked from this one then have models and statement ready."""
    with transaction():
        _lock_pending(0, OutboxRow.kind == "")


def _carry_out(row_id: int, kind: str, fulfil: Fulfil) -> Outcome:
    try:
        with transaction():
            row = _lock_pending(row_id, OutboxRow.kind == kind)
            if row is None:
                return Outcome.SKIPPED
            fulfil(row.payload)
            row.done_at = clock.now()
        log.info("outbox_run_done", row=row_id, kind=kind)
    except Exception as error:
        log.warning("outbox_run_failed", row=row_id, kind=kind, error=type(error).__name__, exc_info=True)
        record_failure(row_id, error)
        return Outcome.FAILED
    return Outcome.DONE


@transaction()
def _payload_of(row_id: int) -> Mapping[str, Any]:
    """What a row's job needs, read in a transaction that is over when it is used."""
    return dict(db.session.get_one(OutboxRow, row_id).payload)


def _begin(row_id: int, kind: str) -> bool:
    with transaction():
        row = _lock_pending(row_id, OutboxRow.kind == kind)
        if row is None:
            return False
        _count_run(row)
        return True


def _begin_next(kind: str) -> int | None:
    """Take the first row of this kind that is due and nobody has begun; None when there is none left.

    A row that the relay has handed over is due; one that is held until a later instant is not.
    """
    with transaction():
        row = db.session.execute(
            select(OutboxRow)
            .where(
                OutboxRow.kind == kind,
                OutboxRow.attempts == 0,
                *PENDING,
                or_(OutboxRow.rung_at.is_not(None), OutboxRow.next_at <= clock.now()),
            )
            .order_by(OutboxRow.next_at, OutboxRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).scalar_one_or_none()
        if row is None:
            return None
        _count_run(row)
        return row.id


def _count_run(row: OutboxRow) -> None:
    row.attempts += 1
    row.rung_at = None
    row.next_at = clock.now() + policy.in_force().lease


def _lock_pending(row_id: int, *conditions: ColumnElement[bool]) -> OutboxRow | None:
    return db.session.execute(
        select(OutboxRow)
        .where(OutboxRow.id == row_id, *PENDING, *conditions)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def record_failure(row_id: int, error: BaseException) -> None:
    """Write down why a run failed and when the next one is due, or park the row.

    A row still marked as rung never began its run (the process ended too early), so that run is
    counted here.
    """
    with transaction():
        row = _lock_pending(row_id)
        if row is None:
            return
        row.last_error = describe(error)
        if row.rung_at is not None:
            row.attempts += 1
            row.rung_at = None
        rules = policy.in_force()
        if isinstance(error, CannotSucceed) or row.attempts >= rules.attempts:
            row.parked_at = clock.now()
        else:
            row.next_at = clock.now() + rules.back_off(row.attempts)


@transaction()
def record_foreign(queue: str, job_id: str, reason: str) -> None:
    """Park a row for something on the queue that the relay did not put there, so that staff see it."""
    now = clock.now()
    db.session.execute(
        insert(OutboxRow)
        .values(
            kind=FOREIGN,
            business_key=job_id[:200],
            queue=queue,
            payload={},
            created_at=now,
            next_at=now,
            parked_at=now,
            last_error=reason[:ERROR_LENGTH],
        )
        .on_conflict_do_nothing(index_elements=["kind", "business_key"])
    )


def describe(error: BaseException) -> str:
    """What went wrong, short enough for the row and for the page that shows it."""
    return f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
