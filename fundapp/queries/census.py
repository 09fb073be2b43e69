"""Counts and rows of the whole installation: what a summary or an export recomputes everything from."""

import hashlib
from collections.abc import Iterator, Mapping

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.ledger import ACCOUNTS, LedgerEntry, LedgerTransaction
from fundapp.models.letters import Letter
from fundapp.models.rd_entries import RdEntry

MEASURES = ("committed", "contracted", "defrayed")


def bids() -> Mapping[str, int]:
    """How many bids there are, were sent in, were scored, became awards, and were declined."""
    count = func.count()
    row = db.session.execute(
        select(
            count,
            count.filter(Application.submitted_at.is_not(None)),
            count.filter(Application.score.is_not(None)),
            count.filter(Application.state == "declined"),
        ).select_from(Application)
    ).one()
    approved = db.session.scalar(select(count).select_from(Award)) or 0
    return {
        "bids": row[0],
        "submitted": row[1],
        "scored": row[2],
        "approved": approved,
        "declined": row[3],
    }


def letters() -> list[Letter]:
    """Every letter, oldest first."""
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def letters_sha256(made: list[Letter]) -> str:
    """One hash over all letters: SHA-256 of their own, sorted, one a line. The files alone give it again."""
    hashes = sorted(each.pdf_sha256 for each in made)
    return hashlib.sha256("".join(f"{each}\n" for each in hashes).encode()).hexdigest()


def ledger() -> dict[str, int]:
    """Pence in every account, nought where it was never used."""
    sums = dict(
        db.session.execute(
            select(LedgerEntry.account, func.sum(LedgerEntry.pence)).group_by(LedgerEntry.account)
        ).all()
    )
    return {account: int(sums.get(account, 0)) for account in ACCOUNTS}


def rd() -> dict[str, int]:
    """Pence of every measure of the R&D total."""
    sums = dict(
        db.session.execute(select(RdEntry.measure, func.sum(RdEntry.pence)).group_by(RdEntry.measure))
        .tuples()
        .all()
    )
    return {measure: int(sums.get(measure, 0)) for measure in MEASURES}


def ledger_rows() -> Iterator[tuple[object, ...]]:
    """Every entry: id, key of its transaction, instant, account, award, pence."""
    rows = db.session.execute(
        select(
            LedgerEntry.id,
            LedgerTransaction.key,
            LedgerTransaction.recorded_at,
            LedgerEntry.account,
            LedgerEntry.award_id,
            LedgerEntry.pence,
        )
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .order_by(LedgerEntry.id)
        .execution_options(yield_per=1000)
    )
    return (tuple(row) for row in rows)


def rd_rows() -> Iterator[tuple[object, ...]]:
    """Every R&D entry: id, key, instant, measure, award, pence."""
    rows = db.session.execute(
        select(RdEntry.id, RdEntry.key, RdEntry.recorded_at, RdEntry.measure, RdEntry.award_id, RdEntry.pence)
        .order_by(RdEntry.id)
        .execution_options(yield_per=1000)
    )
    return (tuple(row) for row in rows)


def bids_of(round_id: int) -> list[Application]:
    """Every bid of a round, in the order of their numbers."""
    return list(
        db.session.scalars(
            select(Application).where(Application.round_id == round_id).order_by(Application.number)
        )
    )
