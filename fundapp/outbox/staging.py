"""Promise work inside the transaction that decides it: no decision without its effects, nor the reverse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.bulk import insert_many
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox.routes import ROUTES

CHANNEL = "outbox"
# The server tells the relay once a transaction, however often it is asked to.
_NUDGE = func.pg_notify(CHANNEL, "")
_ROWS = cast("Table", OutboxRow.__table__)
_PROMISE = (
    insert(_ROWS)
    .on_conflict_do_nothing(index_elements=["kind", "business_key"])
    .returning(_ROWS.c.id, _NUDGE)
)


class Contradiction(ValueError):
    """The same business key was staged twice with different contents."""


class UnknownEffect(ValueError):
    """No route says which job carries out this kind of effect."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One effect to be carried out once: its kind, the key that makes it one, and what the job needs."""

    kind: str
    business_key: str
    payload: Mapping[str, Any]
    not_before: datetime | None = None


def stage(
    kind: str, business_key: str, payload: Mapping[str, Any], not_before: datetime | None = None
) -> int:
    """Promise one effect in the caller's transaction and return its row id.

    The relay is told at commit. Staging the same key again with the same payload changes nothing and
    returns the first row; with another payload it raises `Contradiction`. The queue is never touched,
    so this works just as well while the queue is down.
    """
    promise = Promise(kind, business_key, payload, not_before)
    row_id: int | None = db.session.execute(_PROMISE, _row(promise)).scalar_one_or_none()
    return _already_staged(promise) if row_id is None else row_id


def stage_all(promises: Sequence[Promise]) -> None:
    """Promise many effects like `stage`, a few statements for all of them."""
    if not promises:
        return
    staged = db.session.execute(
        insert_many(OutboxRow, [_row(promise) for promise in promises])
        .on_conflict_do_nothing(index_elements=["kind", "business_key"])
        .returning(OutboxRow.kind, OutboxRow.business_key)
    )
    fresh = {(kind, business_key) for kind, business_key in staged}
    for promise in promises:
        if (promise.kind, promise.business_key) not in fresh:
            _already_staged(promise)
    nudge()


def _row(promise: Promise) -> dict[str, Any]:
    route = ROUTES.get(promise.kind)
    if route is None:
        raise UnknownEffect(f"no route for the effect {promise.kind!r}")
    now = clock.now()
    return {
        "kind": promise.kind,
        "business_key": promise.business_key,
        "queue": route.queue,
        "payload": dict(promise.payload),
        "created_at": now,
        "next_at": promise.not_before or now,
    }


def nudge() -> None:
    """Wake the relay when the caller's transaction commits."""
    db.session.execute(select(_NUDGE))


def _already_staged(promise: Promise) -> int:
    kind, business_key = promise.kind, promise.business_key
    known = db.session.scalars(
        select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.business_key == business_key)
    ).one()
    if known.payload != dict(promise.payload):
        raise Contradiction(f"{kind} {business_key} was already promised with other contents")
    return known.id
