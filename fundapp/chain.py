"""The chain of events: each event of a case hashes the one before it, so a change afterwards shows.

The hash is SHA-256 over the canonical JSON (RFC 8785) of the event's own columns and the previous
hash. Names and free text live in a side row; the event hashes only their salted digest.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import load_only

from fundapp import clock
from fundapp.bulk import insert_many
from fundapp.extensions import db
from fundapp.fingerprints import canonical, sha256_of
from fundapp.models.events import Event, EventPersonal

GENESIS = "0" * 64
KEPT = (
    "case_kind", "case_id", "sequence", "action", "source", "target", "actor_id", "acting_for_id",
    "at", "facts", "personal_digest", "previous_hash", "hash",
)  # fmt: skip

_LAST = (
    select(Event)
    .where(Event.case_kind == bindparam("kind"), Event.case_id == bindparam("case"))
    .options(load_only(Event.sequence, Event.hash))
    .order_by(Event.sequence.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the record does not agree with its own hashes."""

    event_id: int
    case_kind: str
    case_id: int
    what: str

    def __str__(self) -> str:
        return f"event {self.event_id} ({self.case_kind} {self.case_id}): {self.what}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case: what was done, between which states, and what is recorded of it."""

    action: str
    source: str | None
    target: str
    facts: Mapping[str, Any]
    personal: Mapping[str, Any] | None = None
    acting_for_id: int | None = None


def append(
    case_kind: str,
    case_id: int,
    action: str,
    *,
    source: str | None,
    target: str,
    actor_id: int | None,
    facts: Mapping[str, Any],
    personal: Mapping[str, Any] | None = None,
    acting_for_id: int | None = None,
    is_first: bool = False,
) -> Event:
    """Write the next event of a case. The caller holds the case's row lock, which keeps the order.

    `facts` may hold ids, states, dates and amounts only. `is_first` spares a look-up for a case made
    in this transaction.
    """
    last = None if is_first else _last_of(case_kind, case_id)
    step = Step(action, source, target, facts, personal, acting_for_id)
    event, salt = _after(last, case_kind, case_id, step, actor_id)
    db.session.add(event)
    db.session.flush()
    if personal:
        db.session.add(EventPersonal(event_id=event.id, salt=salt, body=dict(personal)))
    return event


def begin(
    case_kind: str, cases: Mapping[int, Sequence[Step]], actor_id: int | None
) -> Mapping[int, list[Event]]:
    """Write the first steps of many cases made in this transaction, a few statements for all of them."""
    return _write(case_kind, cases, actor_id, {})


def follow(
    case_kind: str, cases: Mapping[int, Sequence[Step]], actor_id: int | None
) -> Mapping[int, list[Event]]:
    """Write the next steps of many cases, old or new; the caller holds the locks of the old ones."""
    return _write(case_kind, cases, actor_id, _last_of_each(case_kind, list(cases)))


def _write(
    case_kind: str, cases: Mapping[int, Sequence[Step]], actor_id: int | None, heads: Mapping[int, Event]
) -> Mapping[int, list[Event]]:
    events: dict[int, list[Event]] = {}
    personal: list[tuple[Event, str, Mapping[str, Any]]] = []
    for case_id, steps in cases.items():
        events[case_id] = []
        last = heads.get(case_id)
        for step in steps:
            last, salt = _after(last, case_kind, case_id, step, actor_id)
            events[case_id].append(last)
            personal += [(last, salt, step.personal)] if step.personal else []
    _keep([event for chain in events.values() for event in chain])
    if personal:
        sides = [{"event_id": event.id, "salt": salt, "body": dict(body)} for event, salt, body in personal]
        db.session.execute(insert_many(EventPersonal, sides))
    return events


def _keep(events: Sequence[Event]) -> None:
    """Write events and give each its id; they stay outside the session."""
    if not events:
        return
    rows = [{name: getattr(event, name) for name in KEPT} for event in events]
    place = (Event.case_id, Event.sequence, Event.id)
    kept = db.session.execute(insert_many(Event, rows).returning(*place))
    ids = {(case_id, sequence): number for case_id, sequence, number in kept}
    for event in events:
        event.id = ids[event.case_id, event.sequence]


def _after(
    last: Event | None, case_kind: str, case_id: int, step: Step, actor_id: int | None
) -> tuple[Event, str]:
    """The event that follows another one, hashed, and the salt of its personal side row."""
    salt = secrets.token_hex(16)
    event = Event(
        case_kind=case_kind,
        case_id=case_id,
        sequence=last.sequence + 1 if last else 1,
        action=step.action,
        source=step.source,
        target=step.target,
        actor_id=actor_id,
        acting_for_id=step.acting_for_id,
        at=clock.now(),
        facts=dict(step.facts),
        personal_digest=personal_digest(salt, step.personal) if step.personal else None,
        previous_hash=last.hash if last else GENESIS,
    )
    event.hash = hash_of(event)
    return event, salt


def hash_of(event: Event) -> str:
    """The event's SHA-256, from its columns alone."""
    body: dict[str, Any] = {
        "case": [event.case_kind, event.case_id],
        "sequence": event.sequence,
        "action": event.action,
        "from": event.source,
        "to": event.target,
        "actor": event.actor_id,
        "acting_for": event.acting_for_id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "facts": event.facts,
        "personal": event.personal_digest,
        "previous": event.previous_hash,
    }
    return sha256_of(body)


def personal_digest(salt: str, body: Mapping[str, Any]) -> str:
    """The salted SHA-256 that stands for names and free text in the chain."""
    return hashlib.sha256(salt.encode() + canonical(dict(body))).hexdigest()


def verify() -> Iterator[Fault]:
    """Walk every case's chain in order and yield each place that does not agree; memory stays flat."""
    ordered = (
        select(Event, EventPersonal)
        .outerjoin(EventPersonal, EventPersonal.event_id == Event.id)
        .order_by(Event.case_kind, Event.case_id, Event.sequence)
        .execution_options(yield_per=2000)
    )
    case: tuple[str, int] | None = None
    sequence, previous = 0, GENESIS
    for event, personal in db.session.execute(ordered):
        if (event.case_kind, event.case_id) != case:
            case, sequence, previous = (event.case_kind, event.case_id), 0, GENESIS
        yield from _faults(event, personal, sequence + 1, previous)
        sequence, previous = event.sequence, event.hash
        db.session.expunge(event)


def _faults(event: Event, personal: EventPersonal | None, sequence: int, previous: str) -> Iterator[Fault]:
    def fault(what: str) -> Fault:
        return Fault(event.id, event.case_kind, event.case_id, what)

    if event.sequence != sequence:
        yield fault(f"number {event.sequence} follows where {sequence} was expected: an event is missing")
    elif event.previous_hash != previous:
        yield fault("does not follow from the event before it")
    if hash_of(event) != event.hash:
        yield fault("its content does not match its hash")
    if personal and personal_digest(personal.salt, personal.body) != event.personal_digest:
        yield fault("its names or text were changed")


def _last_of_each(case_kind: str, case_ids: Sequence[int]) -> dict[int, Event]:
    newest = (
        select(Event)
        .where(Event.case_kind == case_kind, Event.case_id.in_(case_ids))
        .ext(distinct_on(Event.case_id))
        .order_by(Event.case_id, Event.sequence.desc())
    )
    return {event.case_id: event for event in db.session.scalars(newest)}


def _last_of(case_kind: str, case_id: int) -> Event | None:
    """The newest event of a case. Each is written at once, so nothing that waits to be written matters."""
    with db.session.no_autoflush:
        return db.session.scalars(_LAST, {"kind": case_kind, "case": case_id}).first()
