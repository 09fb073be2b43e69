"""Proves the record: every posting and every R&D entry derived anew from events, compared one by one.

What is neither there nor promised is missing; what a worker has yet to make is no fault.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from fundapp import chain
from fundapp.extensions import db
from fundapp.ledger import Move
from fundapp.models.events import Anchor, Event
from fundapp.models.ledger import LedgerEntry, LedgerTransaction
from fundapp.models.rd_entries import RdEntry
from fundapp.models.sums import LedgerSum, RdSum
from fundapp.services import anchors, postings, rd_feed, replay
from fundapp.services.anchors import Mark
from fundapp.services.replay import Promised, Told
from workflows.effects import FeedRdTotal, PostLedger
from workflows.rules.rd_spend import Entry

Sums = Select[*tuple[Any, ...]]
Side = tuple[str, int, int, int | None, int]
Coming = Counter[tuple[int, int, str]]
FUNDING = "funding"
SPOILED = (LookupError, TypeError, ValueError, AttributeError)
LEDGER_KEY = (LedgerEntry.round_id, LedgerEntry.financial_year, LedgerEntry.account)
RD_KEY = (
    RdEntry.measure,
    RdEntry.source_of_funds,
    RdEntry.authority,
    RdEntry.rd_type,
    RdEntry.quarter_starts_on,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not what the events say it must be; no fault while the outbox still promises it."""

    what: str
    is_fault: bool = True

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class Census:
    """How much there is to prove."""

    events: int
    anchors: int
    transactions: int
    rd_entries: int


def census() -> Census:
    """How many rows of each kind the proofs look at."""
    counted = [
        select(func.count()).select_from(model).scalar_subquery()
        for model in (Event, Anchor, LedgerTransaction, RdEntry)
    ]
    return Census(*db.session.execute(select(*counted)).one())


def verify_events() -> Iterator[Finding]:
    """Walk every chain of events; each place that disagrees with its hashes is a finding."""
    return (Finding(str(fault)) for fault in chain.verify())


def verify_anchors(*, outside: bool = True) -> Iterator[Finding]:
    """Compare every anchor, and every line outside the database, with the events they were made from."""
    marks = list(anchors.marks(outside=outside))
    digest, reached, newest = chain.GENESIS, 0, 0
    for number, event_hash in anchors.hashes(0):
        while reached < len(marks) and marks[reached].last_event_id < number:
            yield from _differs(marks[reached], digest)
            reached += 1
        digest, newest = anchors.carried_on(digest, event_hash), number
    for mark in marks[reached:]:
        if mark.last_event_id > newest:
            yield Finding(
                f"{mark.where}: events up to {mark.last_event_id} were there{_when(mark)} and are gone"
            )
        else:
            yield from _differs(mark, digest)


def verify_ledger() -> Iterator[Finding]:
    """Compare every posting with the one its event means; missing, foreign and changed ones are findings.

    The sums that pages read are added up again, and no account but `funding` may be below nothing once all
    that is promised is posted.
    """
    promised = replay.promised(PostLedger.kind, "posting")
    coming: Coming = Counter()
    for told, made in replay.postings():
        yield from _postings_differ(told, made, promised, coming)
    added = select(*LEDGER_KEY, func.sum(LedgerEntry.pence), func.count()).group_by(*LEDGER_KEY)
    kept = select(
        LedgerSum.round_id, LedgerSum.financial_year, LedgerSum.account, LedgerSum.pence, LedgerSum.entries
    )
    yield from _sums_differ("ledger sum", added, kept)
    overdrawn = select(LedgerSum).where(LedgerSum.account != FUNDING, LedgerSum.pence < 0)
    for each in db.session.scalars(overdrawn):
        if each.pence + coming[each.round_id, each.financial_year, each.account] < 0:
            where = f"round {each.round_id}, year {each.financial_year}"
            yield Finding(f"ledger account {each.account} of {where} is below nothing: {each.pence} pence")


def verify_rd() -> Iterator[Finding]:
    """Compare every R&D entry with the one its event means, without trusting the entries for anything.

    The sums that pages read are added up again.
    """
    promised = replay.promised(FeedRdTotal.kind, "measure")
    latest: dict[str, Event] = {}
    award_id = 0
    for told, made in replay.rd_entries():
        if told is not None and replay.award_of(told.event) != award_id:
            award_id, latest = replay.award_of(told.event), {}
        yield from _entries_differ(told, made, latest, promised)
    added = select(*RD_KEY, func.sum(RdEntry.pence), func.count()).group_by(*RD_KEY)
    kept = select(
        RdSum.measure,
        RdSum.source_of_funds,
        RdSum.authority,
        RdSum.rd_type,
        RdSum.quarter_starts_on,
        RdSum.pence,
        RdSum.entries,
    )
    yield from _sums_differ("R&D sum", added, kept)


def _differs(mark: Mark, digest: str) -> Iterator[Finding]:
    if mark.digest == anchors.UNREADABLE:
        yield Finding(f"{mark.where}: it cannot be read")
    elif mark.digest != digest:
        yield Finding(f"{mark.where}: events up to {mark.last_event_id} are not what they were{_when(mark)}")


def _when(mark: Mark) -> str:
    return f" at {mark.at.isoformat(timespec='seconds')}" if mark.at else ""


def _postings_differ(
    told: Told[PostLedger] | None, made: list[Any], promised: Promised, coming: Coming
) -> Iterator[Finding]:
    found: dict[str, list[Side]] = {}
    for transaction, entry in made:
        sides = found.setdefault(transaction.key, [])
        sides += [_side(entry)] if entry is not None else []
    for effect in told.effects if told else ():
        yield from _posting_differs(told, effect, found, promised, coming)
    for key in found:
        yield Finding(f"ledger transaction {key}: no event says it should exist")


def _posting_differs(
    told: Told[PostLedger] | None,
    effect: PostLedger,
    found: dict[str, list[Side]],
    promised: Promised,
    coming: Coming,
) -> Iterator[Finding]:
    if told is None:
        return
    key = postings.key_of(effect.posting, told.event.id)
    is_there, sides = key in found, sorted(found.pop(key, []), key=repr)
    try:
        moves = postings.moves_of(effect.posting, told.event)
    except SPOILED:
        yield Finding(f"event {told.event.id}: its facts no longer say what ledger transaction {key} must be")
        return
    expected = sorted((side for move in moves if move.pence for side in _sides(move)), key=repr)
    if expected and not is_there:
        row_id = promised.get((told.event.id, effect.posting))
        yield _absent(f"ledger transaction {key}", told.event, row_id)
        if row_id is not None:
            for account, round_id, financial_year, _, pence in expected:
                coming[round_id, financial_year, account] += pence
    elif expected != sides or (is_there and not expected):
        yield Finding(f"ledger transaction {key}: its entries are not what event {told.event.id} says")


def _entries_differ(
    told: Told[FeedRdTotal] | None, made: list[Any], latest: dict[str, Event], promised: Promised
) -> Iterator[Finding]:
    found: dict[str, RdEntry] = {row.key: row for row in made}
    for effect in told.effects if told else ():
        yield from _measure_differs(told, effect, found, latest, promised)
    for key, row in found.items():
        yield Finding(f"R&D entry {key} (row {row.id}): no event says it should exist")


def _measure_differs(
    told: Told[FeedRdTotal] | None,
    effect: FeedRdTotal,
    found: dict[str, RdEntry],
    latest: dict[str, Event],
    promised: Promised,
) -> Iterator[Finding]:
    if told is None:
        return
    before = latest.get(effect.measure)
    latest[effect.measure] = told.event
    try:
        entries = rd_feed.entries_of(effect.measure, told.event, before)
    except SPOILED:
        yield Finding(f"event {told.event.id}: its facts no longer say what it adds to {effect.measure} R&D")
        return
    for entry in entries:
        key = rd_feed.key_of(effect.measure, told.event.id, entry.place)
        row = found.pop(key, None)
        if row is None:
            yield _absent(f"R&D entry {key}", told.event, promised.get((told.event.id, effect.measure)))
        elif not _is_row_of(row, entry, effect.measure):
            yield Finding(f"R&D entry {key} (row {row.id}): it is not what event {told.event.id} says")


def _absent(what: str, event: Event, row_id: int | None) -> Finding:
    """What is to be said of a row that is not there: a worker has yet to make it, or it is missing."""
    if row_id is not None:
        return Finding(f"{what}: still promised (outbox row {row_id})", is_fault=False)
    return Finding(f"{what}: missing, though event {event.id} says it should exist")


def _is_row_of(row: RdEntry, entry: Entry, measure: str) -> bool:
    try:
        return (row.measure, rd_feed.as_entry(row)) == (measure, entry)
    except ValueError:
        return False


def _sums_differ(
    name: str, added: Select[*tuple[Any, ...]], kept: Select[*tuple[Any, ...]]
) -> Iterator[Finding]:
    """Where the sums kept by the database are not what the entries add up to."""
    true = {tuple(row[:-2]): (int(row[-2]), row[-1]) for row in db.session.execute(added)}
    said = {tuple(row[:-2]): (row[-2], row[-1]) for row in db.session.execute(kept)}
    for key in sorted(true.keys() | said.keys(), key=repr):
        if true.get(key) != said.get(key):
            place = ", ".join(str(part) for part in key)
            yield Finding(f"{name} of {place}: it says {said.get(key)}, the entries come to {true.get(key)}")


def _side(entry: LedgerEntry) -> Side:
    return entry.account, entry.round_id, entry.financial_year, entry.award_id, entry.pence


def _sides(move: Move) -> tuple[Side, Side]:
    place = (move.round_id, move.financial_year, move.award_id)
    return (move.source, *place, -move.pence), (move.target, *place, move.pence)
