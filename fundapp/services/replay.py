"""Reads events that move money or feed the R&D total side by side with the rows that were made for them.

Both are streamed in the same order, so that memory stays flat however long the record is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, true, tuple_

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.ledger import LedgerEntry, LedgerTransaction
from fundapp.models.outbox import OutboxRow
from fundapp.models.rd_entries import RdEntry
from fundapp.outbox.handling import PENDING
from workflows.effects import FeedRdTotal, PostLedger
from workflows.machine import Machine
from workflows.machines import BY_KIND
from workflows.pathways import PATHWAYS, pathway

E = TypeVar("E", PostLedger, FeedRdTotal)
Place = tuple[int, ...]
Promised = Mapping[tuple[int, str], int]
AT_ONCE = 2_000
EVERYTHING = true()


@dataclass(frozen=True, slots=True)
class Told(Generic[E]):
    """An event and what its step has to do with money."""

    event: Event
    effects: tuple[E, ...]


Pair = tuple[Told[E] | None, list[Any]]


def postings() -> Iterator[tuple[Told[PostLedger] | None, list[Any]]]:
    """Each event that posts with its (transaction, entry) pairs, in order of events."""
    told = (((each.event.id,), each) for each in _told(PostLedger, Event.id))
    return _side_by_side(told, _transactions())


def rd_entries() -> Iterator[tuple[Told[FeedRdTotal] | None, list[Any]]]:
    """Each event that feeds the R&D total with its entries, award by award."""
    told = (
        ((award_of(each.event), each.event.id), each)
        for each in _told(FeedRdTotal, Event.facts["award_id"], Event.id)
    )
    return _side_by_side(told, _entries())


def promised(kind: str, word: str) -> Promised:
    """The outbox rows of a kind that workers have yet to carry out, by event and by this word of the effect.

    A row that was given up promises nothing any more.
    """
    wanted = select(OutboxRow.id, OutboxRow.payload).where(OutboxRow.kind == kind, *PENDING)
    return {(each["event_id"], each[word]): row_id for row_id, each in db.session.execute(wanted)}


def fed_before(event: Event) -> Iterator[Told[FeedRdTotal]]:
    """The earlier events of the same award that feed the R&D total, newest first."""
    award_id = award_of(event)
    bid_id = select(Award.application_id).where(Award.id == award_id).scalar_subquery()
    is_its_own = or_(
        and_(Event.case_kind == Award.case_kind, Event.case_id == award_id),
        and_(Event.case_kind == Application.case_kind, Event.case_id == bid_id),
    )
    earlier = _told(FeedRdTotal, Event.id.desc(), where=and_(is_its_own, Event.id < event.id))
    return (each for each in earlier if award_of(each.event) == award_id)


def award_of(event: Event) -> int:
    """The award an event speaks of; 0 where its facts were spoiled."""
    found = event.facts.get("award_id")
    return found if isinstance(found, int) else 0


def _side_by_side(
    told: Iterable[tuple[Place, Told[E]]], made: Iterable[tuple[Place, list[Any]]]
) -> Iterator[Pair[E]]:
    """Pair the two streams; an event without rows, and rows without an event, stand alone."""
    rows = iter(made)
    row = next(rows, None)
    for place, each in told:
        while row is not None and row[0] < place:
            yield None, row[1]
            row = next(rows, None)
        if row is not None and row[0] == place:
            yield each, row[1]
            row = next(rows, None)
        else:
            yield each, []
    while row is not None:
        yield None, row[1]
        row = next(rows, None)


def _told(
    kind: type[E], *order: ColumnElement[Any] | Any, where: ColumnElement[bool] = EVERYTHING
) -> Iterator[Told[E]]:
    """The events of steps with an effect of this kind, each judged by the machine its case follows."""
    is_bid = and_(Event.case_kind == Application.case_kind, Application.id == Event.case_id)
    wanted = (
        select(Event, Round.pathway, Round.pathway_version)
        .outerjoin(Application, is_bid)
        .outerjoin(Round, Round.id == Application.round_id)
        .where(tuple_(Event.case_kind, Event.action).in_(_steps_with(kind)), Event.source.is_not(None), where)
        .order_by(*order)
        .execution_options(yield_per=AT_ONCE)
    )
    for event, name, version in db.session.execute(wanted):
        db.session.expunge(event)
        machine = pathway(name, version).machine if name else BY_KIND.get(event.case_kind)
        step = machine.transition(event.source or "", event.action) if machine else None
        effects = tuple(effect for effect in (step.effects if step else ()) if isinstance(effect, kind))
        if effects:
            yield Told(event, effects)


def _steps_with(kind: type[E]) -> list[tuple[str, str]]:
    """Kind of case and action of every step that has such an effect, in any version of any machine."""
    return sorted(
        {
            (case_kind, step.action)
            for case_kind, machine in _machines()
            for step in machine.transitions
            if any(isinstance(effect, kind) for effect in step.effects)
        }
    )


def _machines() -> Iterator[tuple[str, Machine]]:
    yield from BY_KIND.items()
    yield from ((Application.case_kind, road.machine) for road in PATHWAYS.values())


def _transactions() -> Iterator[tuple[Place, list[Any]]]:
    wanted = (
        select(LedgerTransaction, LedgerEntry)
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .order_by(LedgerTransaction.event_id, LedgerTransaction.id, LedgerEntry.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for event_id, group in groupby(db.session.execute(wanted), key=lambda row: row[0].event_id):
        found = [tuple(row) for row in group]
        _forget(found)
        yield (event_id,), found


def _entries() -> Iterator[tuple[Place, list[Any]]]:
    wanted = (
        select(RdEntry)
        .order_by(RdEntry.award_id, RdEntry.event_id, RdEntry.id)
        .execution_options(yield_per=AT_ONCE)
    )
    rows = db.session.scalars(wanted)
    for place, group in groupby(rows, key=lambda row: (row.award_id, row.event_id)):
        found = list(group)
        _forget([(row,) for row in found])
        yield place, found


def _forget(pairs: Iterable[tuple[Any, ...]]) -> None:
    """Let the session forget rows that have been read, so that it does not grow."""
    for row in {id(each): each for pair in pairs for each in pair if each is not None}.values():
        db.session.expunge(row)
