"""The only place that commits: a public service verb is one transaction, all of it or none."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, event, inspect, select
from sqlalchemy.orm import Session, SessionTransaction

from fundapp.extensions import Base, db

_OPEN = "fundapp_transaction_open"
_HELD = "fundapp_rows_held"


class NestedTransaction(RuntimeError):
    """A public service verb called another one; share a private function instead."""


@contextmanager
def transaction() -> Iterator[None]:
    """Commit on the way out, roll everything back on any error.

    Used as a decorator on public service verbs (`@transaction()`) or as a `with` block in a job.
    It refuses to nest, so no verb can commit half of another.
    """
    session = db.session()
    if session.info.get(_OPEN):
        raise NestedTransaction("a service verb was called inside another one's transaction")
    session.info[_OPEN] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_OPEN, None)


@contextmanager
def rehearsal() -> Iterator[None]:
    """A transaction that is taken back whole at its end, to see whether it would be refused."""
    session = db.session()
    try:
        yield
    finally:
        session.rollback()


@contextmanager
def one_instant() -> Iterator[None]:
    """Let every statement read the record as it is at the first one, whatever others commit meanwhile."""
    session = db.session()
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        yield
    finally:
        session.rollback()


def lock(row: Base) -> None:
    """Hold a row until the transaction ends and read it afresh, so that what is decided on it is so.

    Only the row itself is locked, whatever was loaded with it before. One that was locked as it was read
    is as it was read.
    """
    if is_held(row):
        return
    session = db.session()
    session.flush()
    identity = inspect(row).identity or ()
    wanted = {f"key_{position}": value for position, value in enumerate(identity)}
    session.execute(_one_held(type(row)), wanted).unique().one()


def note_held(*rows: Base) -> None:
    """Say that the statement which read these rows locked them, so that nobody need do it again."""
    db.session().info.setdefault(_HELD, set()).update(rows)


def is_held(row: Base) -> bool:
    """Whether this transaction locked the row as it read it."""
    return row in db.session().info.get(_HELD, ())


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_HELD, None)


@cache
def _one_held(kind: type[Base]) -> Select[Any]:
    """The statement that holds one row of a table, by its key: put together once, asked in every verb."""
    wanted = [
        column == bindparam(f"key_{position}") for position, column in enumerate(inspect(kind).primary_key)
    ]
    return select(kind).where(*wanted).with_for_update().execution_options(populate_existing=True)


def lock_all(rows: Sequence[Base]) -> None:
    """Hold many rows of one table and read them afresh in one statement, always in the same order."""
    session = db.session()
    session.flush()
    kind = type(rows[0])
    (key,) = inspect(kind).primary_key
    wanted = [(inspect(row).identity or (None,))[0] for row in rows]
    session.execute(
        select(kind)
        .where(key.in_(wanted))
        .order_by(key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).unique().all()
