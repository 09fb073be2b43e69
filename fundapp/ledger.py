"""Double entry: post a movement of money once, reverse it, and read balances. Nothing is edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.ledger import LedgerEntry, LedgerTransaction


@dataclass(frozen=True, slots=True)
class Move:
    """A transfer of `pence` (above zero) from one account to another, for a round, year and award."""

    source: str
    target: str
    pence: int
    round_id: int
    financial_year: int
    award_id: int | None


def post(key: str, posting: str, event_id: int, moves: Iterable[Move]) -> bool:
    """Write one balanced transaction under its key; False when that key was posted before.

    Zero moves are left out; if nothing is left, nothing is posted and the answer is False.
    """
    wanted = [move for move in moves if move.pence]
    if not wanted:
        return False
    made = db.session.execute(
        insert(LedgerTransaction)
        .values(key=key, posting=posting, event_id=event_id, recorded_at=clock.now())
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(LedgerTransaction.id)
    ).scalar()
    if made is None:
        return False
    db.session.add_all(entry for move in wanted for entry in _sides(made, move))
    db.session.flush()
    return True


def reverse(key: str, original_id: int, event_id: int) -> bool:
    """Post the mirror image of a transaction; False when it was reversed before."""
    original = db.session.get_one(LedgerTransaction, original_id)
    made = db.session.execute(
        insert(LedgerTransaction)
        .values(
            key=key,
            posting=f"reverse {original.posting}",
            event_id=event_id,
            reverses_id=original_id,
            recorded_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(LedgerTransaction.id)
    ).scalar()
    if made is None:
        return False
    db.session.add_all(
        LedgerEntry(
            transaction_id=made,
            account=entry.account,
            round_id=entry.round_id,
            financial_year=entry.financial_year,
            award_id=entry.award_id,
            pence=-entry.pence,
        )
        for entry in original.entries
    )
    db.session.flush()
    return True


def balances(round_id: int | None = None, award_id: int | None = None) -> Mapping[str, int]:
    """Pence in each account, over everything or one round or one award; accounts never used are absent."""
    query = select(LedgerEntry.account, func.sum(LedgerEntry.pence)).group_by(LedgerEntry.account)
    if round_id is not None:
        query = query.where(LedgerEntry.round_id == round_id)
    if award_id is not None:
        query = query.where(LedgerEntry.award_id == award_id)
    return {account: int(pence) for account, pence in db.session.execute(query)}


def _sides(transaction_id: int, move: Move) -> tuple[LedgerEntry, LedgerEntry]:
    def side(account: str, pence: int) -> LedgerEntry:
        return LedgerEntry(
            transaction_id=transaction_id,
            account=account,
            round_id=move.round_id,
            financial_year=move.financial_year,
            award_id=move.award_id,
            pence=pence,
        )

    return side(move.source, -move.pence), side(move.target, move.pence)
