"""Holds and commits a round's money: one guarded statement each, so that no race can overspend.

Parts of larger verbs, never verbs of their own: the caller's transaction commits them with the rest.
"""

from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, Update, select, update

from fundapp.extensions import db
from fundapp.models.funds import RoundBudget
from workflows.rules.budget import paying_year
from workflows.rules.money import in_words


class BudgetExceeded(Exception):
    """The round has not enough left in that financial year for this amount."""

    def __init__(self, wanted: int, left: int, year: int) -> None:
        super().__init__(
            f"{in_words(wanted)} is more than the {in_words(left)} left for {year} to {year + 1}. Nothing was"
            " recorded. Lower the amount, free another bid's hold, or put this bid on the reserve list."
        )


def year_for(round_id: int, starts_on: date) -> int:
    """The financial year whose budget pays a project of the round."""
    years = db.session.scalars(
        select(RoundBudget.financial_year).where(RoundBudget.round_id == round_id)
    ).all()
    if not years:
        raise LookupError("this round has no budget")
    return paying_year(years, starts_on)


def hold(round_id: int, year: int, pence: int) -> None:
    """Hold an amount (or free a negative one) if committed + held + amount stays within the budget.

    Raises `BudgetExceeded` and changes nothing otherwise.
    """
    if _changed(
        update(RoundBudget)
        .where(
            RoundBudget.round_id == round_id,
            RoundBudget.financial_year == year,
            RoundBudget.committed_pence + RoundBudget.held_pence + pence <= RoundBudget.amount_pence,
        )
        .values(held_pence=RoundBudget.held_pence + pence)
    ):
        return
    raise BudgetExceeded(pence, left(round_id, year), year)


def commit_held(round_id: int, year: int, pence: int) -> None:
    """Turn an amount held into an amount committed; the budget left does not change."""
    if not _changed(
        update(RoundBudget)
        .where(
            RoundBudget.round_id == round_id,
            RoundBudget.financial_year == year,
            RoundBudget.held_pence >= pence,
        )
        .values(
            held_pence=RoundBudget.held_pence - pence,
            committed_pence=RoundBudget.committed_pence + pence,
        )
    ):
        raise BudgetExceeded(pence, left(round_id, year), year)


def release_committed(round_id: int, year: int, pence: int) -> None:
    """Give back what a lapsed, withdrawn or reduced award no longer needs."""
    if not _changed(
        update(RoundBudget)
        .where(
            RoundBudget.round_id == round_id,
            RoundBudget.financial_year == year,
            RoundBudget.committed_pence >= pence,
        )
        .values(committed_pence=RoundBudget.committed_pence - pence)
    ):
        raise LookupError("the budget never committed this amount")


def left(round_id: int, year: int) -> int:
    """Pence of a year's budget neither held nor committed."""
    return db.session.execute(
        select(RoundBudget.amount_pence - RoundBudget.held_pence - RoundBudget.committed_pence).where(
            RoundBudget.round_id == round_id, RoundBudget.financial_year == year
        )
    ).scalar_one()


def _changed(statement: Update) -> bool:
    result = db.session.execute(statement, execution_options={"synchronize_session": False})
    return bool(cast("CursorResult[Any]", result).rowcount)
