"""Anchors of the record: a digest over all events so far, kept in the database and outside its reach.

Who can rewrite the database can make every chain of events agree with itself again, or cut off its end. They
cannot make it agree with a line written elsewhere before: `fundapp audit verify` compares the two.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text

from fundapp import clock
from fundapp.chain import GENESIS
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.events import Anchor, Event

AT_ONCE = 5_000
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.05
UNREADABLE = "unreadable"
IN_FLIGHT = text(
    "SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()) AS x WHERE x < CAST(:seen AS xid8)"
)
LATEST = text("SELECT max(id), CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) FROM events")


class StillWriting(Exception):
    """Transactions that may still add earlier events did not end in time; the next try will do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was written down of the record at one instant, in the database or outside it."""

    where: str
    at: datetime | None
    last_event_id: int
    digest: str


def anchor_by_clock(_period: datetime) -> None:
    """Anchor every event that cannot change any more; run by the clock, part of a worker's transaction.

    In order: the newest event is noted and everything that began before it is waited for; the digest
    goes on from the last anchor's; the line outside is written and forced to the disk, and only then the
    row, so that no row lacks its line. With nothing new nothing is written.
    """
    until = _settled()
    last = db.session.scalars(select(Anchor).order_by(Anchor.last_event_id.desc()).limit(1)).first()
    start, digest = (last.last_event_id, last.digest) if last else (0, GENESIS)
    count = 0
    for _, event_hash in hashes(start, until):
        digest, count = carried_on(digest, event_hash), count + 1
    if not count:
        return
    made = Anchor(at=clock.now(), last_event_id=until, events=count, digest=digest)
    _write_outside(made)
    db.session.add(made)
    db.session.flush()


def carried_on(digest: str, event_hash: str) -> str:
    """The digest after one more event."""
    return hashlib.sha256(f"{digest}{event_hash}".encode()).hexdigest()


def hashes(after: int, until: int | None = None) -> Iterator[tuple[int, str]]:
    """Every event's id and hash in order of id, a few thousand at a time."""
    wanted = select(Event.id, Event.hash).where(Event.id > after).order_by(Event.id)
    if until is not None:
        wanted = wanted.where(Event.id <= until)
    for row in db.session.execute(wanted.execution_options(yield_per=AT_ONCE)):
        yield row[0], row[1]


def marks(*, outside: bool) -> Iterator[Mark]:
    """The database's own marks, and with `outside` those there too, in order of the event they reach."""
    own = [
        Mark(f"anchor {each.id}", each.at, each.last_event_id, each.digest)
        for each in db.session.scalars(select(Anchor))
    ]
    yield from sorted([*own, *(_outside() if outside else ())], key=lambda mark: mark.last_event_id)


def file_outside() -> Path:
    """Where lines are written outside the database."""
    return settings().anchors


def _settled() -> int:
    """The newest event's id, once every transaction that could still add one before it has ended."""
    newest, seen = db.session.execute(LATEST).one()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while db.session.execute(IN_FLIGHT, {"seen": seen}).scalar_one():
        if time.monotonic() > deadline:
            raise StillWriting("a transaction has been open for a minute; its events could not be anchored")
        time.sleep(PAUSE_SECONDS)
    return int(newest or 0)


def _write_outside(made: Anchor) -> None:
    line = {"at": made.at.isoformat(), "last_event_id": made.last_event_id, "digest": made.digest}
    path = file_outside()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _outside() -> Iterator[Mark]:
    path = file_outside()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            yield _mark(f"{path.name}, line {number}", line)


def _mark(where: str, line: str) -> Mark:
    try:
        read = json.loads(line)
        return Mark(
            where, datetime.fromisoformat(read["at"]), int(read["last_event_id"]), str(read["digest"])
        )
    except (ValueError, KeyError, TypeError):
        return Mark(where, None, 0, UNREADABLE)
