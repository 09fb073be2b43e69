"""Two people go for the last money of a round at the same instant: one gets it, whoever that is."""

import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, text

from fundapp.extensions import db
from fundapp.models.funds import RoundBudget
from fundapp.services import budget
from fundapp.services.budget import BudgetExceeded
from fundapp.transaction import transaction
from tests.factories import region as made

RACES = 1_000
LAST = 100
START = 50


def test_a_thousand_races_for_the_last_money_have_one_winner_each(app: Flask, app_context: Flask) -> None:
    round_id, year, left = _a_budget()
    start = threading.Barrier(2)
    won: list[list[bool]] = [[], []]

    def racer(mine: list[bool]) -> None:
        with app.app_context():
            for _ in range(RACES):
                start.wait(START)
                mine.append(_takes(lambda: budget.hold(round_id, year, LAST)))
                start.wait(START)
                if mine is won[0]:
                    _free(round_id, year, LAST * sum(each[-1] for each in won))
            db.session.remove()

    _hold(round_id, year, left - LAST)
    racers = [threading.Thread(target=racer, args=(mine,)) for mine in won]
    for each in racers:
        each.start()
    for each in racers:
        each.join()

    assert [first + second for first, second in zip(*won, strict=True)] == [1] * RACES
    assert (sum(won[0]) + sum(won[1]), budget.left(round_id, year)) == (RACES, LAST)


def test_the_table_itself_refuses_what_the_statement_would_let_through(app_context: Flask) -> None:
    round_id, year, left = _a_budget()
    refused = False
    try:
        with transaction():
            db.session.execute(
                text(
                    "UPDATE round_budgets SET held_pence = :more WHERE round_id = :id AND financial_year = :y"
                ),
                {"more": left + 1, "id": round_id, "y": year},
            )
    except Exception as problem:  # noqa: BLE001 - whatever the driver calls it
        refused = "check" in str(problem).lower()
    assert refused
    assert budget.left(round_id, year) == left


def _a_budget() -> tuple[int, int, int]:
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    first = select(RoundBudget).where(RoundBudget.round_id == call.id).order_by(RoundBudget.financial_year)
    row = db.session.scalars(first.limit(1)).one()
    found = row.round_id, row.financial_year, row.amount_pence
    db.session.rollback()
    return found


def _takes(take: Callable[[], None]) -> bool:
    try:
        with transaction():
            take()
    except BudgetExceeded:
        return False
    return True


def _hold(round_id: int, year: int, pence: int) -> None:
    with transaction():
        budget.hold(round_id, year, pence)


def _free(round_id: int, year: int, pence: int) -> None:
    with transaction():
        budget.hold(round_id, year, -pence)
