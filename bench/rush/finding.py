"""Whether what people were told is what the database holds: every save, every receipt, every refusal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
from sqlalchemy import select

from bench.ground import Ground
from bench.rush.driving import RECEIVED, REFUSED, UNANSWERED, Pen, Press
from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.queries import near_misses
from fundapp.queries.near_misses import NearMiss

_ANSWERS = (
    "SELECT a.reference, n.question, n.version, n.value ->> 'text'"
    " FROM answers n JOIN applications a ON a.id = n.application_id"
)
_REFUSALS = (
    "SELECT a.reference, count(*) FROM events e JOIN applications a ON a.id = e.case_id"
    " WHERE e.case_kind = 'press' AND a.reference = ANY(%s) GROUP BY a.reference"
)
_VERSIONS = (
    "SELECT a.reference, count(*), max(s.submitted_at), a.state"
    " FROM submissions s JOIN applications a ON a.id = s.application_id"
    " WHERE a.reference = ANY(%s) GROUP BY a.reference, a.state"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is held of one bid that was sent in: how many versions, the last when, and its state."""

    versions: int
    at: datetime
    state: str


def lost_saves(place: Ground, pens: Sequence[Pen]) -> list[str]:
    """A sentence for every answer that is not what was last said to be saved, or sent after it."""
    with psycopg.connect(place.superuser_url) as connection:
        held = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(_ANSWERS)}
    return [
        f"{pen.reference} {pen.question}: version {pen.version} was said to be saved and is not there"
        for pen in pens
        if held.get((pen.reference, pen.question)) not in _possible(pen)
    ]


def _possible(pen: Pen) -> tuple[tuple[int, str], ...]:
    """What was last acknowledged, and what was sent since and never answered, which may have been kept."""
    said = (pen.version, pen.text)
    return (said,) if pen.unanswered is None else (said, (pen.version + 1, pen.unanswered))


def wrong_presses(place: Ground, presses: Sequence[Press], closes: float) -> list[str]:
    """A sentence for every receipt without its version, and every version late, doubled or made up."""
    held = stored(place, presses)
    closing = datetime.fromtimestamp(closes, UTC)
    return [*_receipts(presses, held), *_versions(presses, held, closing)]


def unwritten_refusals(place: Ground, presses: Sequence[Press]) -> list[str]:
    """A sentence for every bid of which more presses were refused than are written down."""
    refused = Counter(press.call.key for press in presses if press.status == REFUSED)
    with psycopg.connect(place.superuser_url) as connection:
        rows = connection.execute(_REFUSALS, (sorted(refused),)).fetchall()
    written = {reference: int(count) for reference, count in rows}
    return [
        f"{reference}: refused {count} times, and {written.get(reference, 0)} are written down"
        for reference, count in sorted(refused.items())
        if written.get(reference, 0) < count
    ]


def near_misses_of(place: Ground, closes: float) -> list[NearMiss]:
    """The list of near misses of this close, as the office reads it."""
    with place.app().app_context():
        call = db.session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
        found, more = near_misses.of_round(call.id)
        listed = list(found)
        while more is not None:
            found, more = near_misses.of_round(call.id, more)
            listed += found
        db.session.remove()
        db.engine.dispose()
    return [each for each in listed if each.closes_at.timestamp() == closes]


def unlisted_refusals(presses: Sequence[Press], listed: Sequence[NearMiss], closes: float) -> list[str]:
    """A sentence for every bid of which more presses left in time and were refused than are listed."""
    unfair = Counter(press.call.key for press in presses if press.status == REFUSED and press.left < closes)
    shown = Counter(each.reference for each in listed)
    return [
        f"{reference}: {count} presses left in time and were refused, and {shown[reference]} are listed"
        for reference, count in sorted(unfair.items())
        if shown[reference] < count
    ]


def stored(place: Ground, presses: Sequence[Press]) -> dict[str, Stored]:
    """What is held of the bids that were pressed for, by reference."""
    wanted = sorted({press.call.key for press in presses})
    with psycopg.connect(place.superuser_url) as connection:
        return {row[0]: Stored(*row[1:]) for row in connection.execute(_VERSIONS, (wanted,))}


def _receipts(presses: Sequence[Press], held: dict[str, Stored]) -> Iterator[str]:
    for reference in sorted({press.call.key for press in presses if press.is_received}):
        found = held.get(reference)
        if found is None or found.state != "submitted":
            yield f"{reference}: a receipt was given, and the bid is not there"


def _versions(presses: Sequence[Press], held: dict[str, Stored], closing: datetime) -> Iterator[str]:
    may_be_kept = {press.call.key for press in presses if press.status in (RECEIVED, UNANSWERED)}
    for reference, found in sorted(held.items()):
        if found.versions != 1:
            yield f"{reference}: sent in {found.versions} times"
        if found.at >= closing:
            yield f"{reference}: stored at {found.at}, and the round closed at {closing}"
        if reference not in may_be_kept:
            yield f"{reference}: stored, and everybody who pressed was refused"
