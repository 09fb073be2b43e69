"""Proves the record: every posting and every R&D entry derived anew from events, compared one by one."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, select

from fundapp import chain
from fundapp.extensions import db
from fundapp.ledger import Move
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.ledger import LedgerEntry, LedgerTransaction
from fundapp.models.rd_entries import RdEntry
from fundapp.services import postings, rd_feed
from workflows.effects import FeedRdTotal, PostLedger
from workflows.machine import Machine
from workflows.machines import BY_KIND
from workflows.pathways import pathway
from workflows.rules.rd_spend import Entry

E = TypeVar("E", PostLedger, FeedRdTotal)
Side = tuple[str, int, int, int | None, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not what the events say it must be."""

    what: str

    def __str__(self) -> str:
        return self.what


def verify_events() -> Iterator[Finding]:
    """Walk every chain of events; each place that disagrees with its hashes is a finding."""
    return (Finding(str(fault)) for fault in chain.verify())


def verify_ledger() -> Iterator[Finding]:
    """Compare every posting with the one its event means; missing, foreign and changed ones are findings."""
    yield from _unbalanced()
    actual = _actual_postings()
    for event, effect in _effects(PostLedger):
        key = postings.key_of(effect.posting, event.id)
        expected = sorted(
            side for move in postings.moves_of(effect.posting, event) if move.pence for side in _sides(move)
        )
        found = sorted(actual.pop(key, []))
        if expected != found:
            yield Finding(f"ledger transaction {key}: its entries are not what event {event.id} says")
    for key in actual:
        yield Finding(f"ledger transaction {key}: no event says it should exist")


def verify_rd() -> Iterator[Finding]:
    """Compare every R&D entry with the one its event means, without trusting the entries for anything."""
    actual = {row.key: row for row in db.session.scalars(select(RdEntry))}
    plans: dict[tuple[int, str], list[Entry]] = defaultdict(list)
    for event, effect in _effects(FeedRdTotal):
        plan = plans[event.facts["award_id"], effect.measure]
        for entry in rd_feed.entries_of(effect.measure, event, plan):
            key = rd_feed.key_of(effect.measure, event.id, entry.place)
            row = actual.pop(key, None)
            if row is None:
                yield Finding(f"R&D entry {key}: event {event.id} says it should exist")
            elif rd_feed.as_entry(row) != entry or row.award_id != event.facts["award_id"]:
                yield Finding(f"R&D entry {key} (row {row.id}): it is not what event {event.id} says")
            plan.append(entry)
    for key, row in actual.items():
        yield Finding(f"R&D entry {key} (row {row.id}): no event says it should exist")


def _effects(kind: type[E]) -> Iterator[tuple[Event, E]]:
    roads = dict(_roads())
    for event in db.session.scalars(select(Event).order_by(Event.id)):
        machine = roads.get(event.case_id) if event.case_kind == "application" else BY_KIND.get(event.case_kind)
        step = machine.transition(event.source, event.action) if machine and event.source else None
        if step is not None:
            yield from ((event, effect) for effect in step.effects if isinstance(effect, kind))


def _roads() -> Iterator[tuple[int, Machine]]:
    roads = select(Application.id, Round.pathway, Round.pathway_version).join(
        Round, Round.id == Application.round_id
    )
    return ((bid, pathway(name, version).machine) for bid, name, version in db.session.execute(roads))


def _actual_postings() -> dict[str, list[Side]]:
    found: dict[str, list[Side]] = defaultdict(list)
    rows = select(LedgerTransaction.key, LedgerEntry).join(
        LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id
    )
    for key, entry in db.session.execute(rows):
        found[key].append((entry.account, entry.round_id, entry.financial_year, entry.award_id, entry.pence))
    return found


def _sides(move: Move) -> tuple[Side, Side]:
    place = (move.round_id, move.financial_year, move.award_id)
    return (move.source, *place, -move.pence), (move.target, *place, move.pence)


def _unbalanced() -> Iterator[Finding]:
    sums = (
        select(LedgerEntry.transaction_id, func.sum(LedgerEntry.pence))
        .group_by(LedgerEntry.transaction_id)
        .having(func.sum(LedgerEntry.pence) != 0)
    )
    for transaction_id, pence in db.session.execute(sums):
        yield Finding(f"ledger transaction {transaction_id} does not balance: it sums to {pence} pence")
