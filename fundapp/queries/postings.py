"""The ledger as people read it: entries with transaction, round and award, a page or a stream at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.funds import Round
from fundapp.models.ledger import LedgerEntry, LedgerTransaction

PAGE_SIZE = 100
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One side of a movement: positive into the account, negative out of it."""

    id: int
    key: str
    posting: str
    event_id: int
    recorded_at: datetime
    account: str
    round_ref: str
    financial_year: int
    award: str | None
    pence: int


def entries(
    award_id: int | None, account: str | None, after: int | None = None
) -> tuple[tuple[EntryRow, ...], int | None]:
    """Entries of one award or account (or all), newest first, in one statement; and the next cursor."""
    statement = _entries(award_id, account)
    if after is not None:
        statement = statement.where(LedgerEntry.id < after)
    rows = _rows(statement, PAGE_SIZE + 1)
    return tuple(rows[:PAGE_SIZE]), rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def every(award_id: int | None, account: str | None) -> Iterator[EntryRow]:
    """All of them, a few hundred at a time so that memory stays flat."""
    statement = _entries(award_id, account)
    rows = _rows(statement, AT_ONCE)
    while rows:
        yield from rows
        more = statement.where(LedgerEntry.id < rows[-1].id)
        rows = _rows(more, AT_ONCE) if len(rows) == AT_ONCE else []


def _entries(award_id: int | None, account: str | None) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            LedgerEntry.id,
            LedgerTransaction.key,
            LedgerTransaction.posting,
            LedgerTransaction.event_id,
            LedgerTransaction.recorded_at,
            LedgerEntry.account,
            Round.ref,
            LedgerEntry.financial_year,
            Award.reference,
            LedgerEntry.pence,
        )
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .join(Round, Round.id == LedgerEntry.round_id)
        .outerjoin(Award, Award.id == LedgerEntry.award_id)
        .order_by(LedgerEntry.id.desc())
    )
    if award_id is not None:
        statement = statement.where(LedgerEntry.award_id == award_id)
    if account is not None:
        statement = statement.where(LedgerEntry.account == account)
    return statement


def _rows(statement: Select[*tuple[Any, ...]], limit: int) -> list[EntryRow]:
    return [EntryRow(*row) for row in db.session.execute(statement.limit(limit))]
