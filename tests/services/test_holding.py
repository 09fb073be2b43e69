"""A press that reads a bid to change it holds it from that statement on, and nobody reads it twice."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.transaction import lock
from tests.factories import bids as factory
from tests.factories import people, rounds

Counting = Callable[[], AbstractContextManager[list[str]]]
BIDS = "SELECT 1 FROM applications FOR UPDATE NOWAIT"
FIRMS = "SELECT 1 FROM organisations FOR UPDATE NOWAIT"
ROUNDS = "SELECT 1 FROM rounds FOR UPDATE NOWAIT"


@pytest.fixture
def reference(app_context: Flask) -> str:
    rounds.begin_demo()
    call = rounds.open_round(people.officer())
    person = people.applicant()
    reference = factory.draft(call, person, factory.firm(person)).reference
    db.session.remove()
    return reference


@pytest.fixture
def is_free(app: Flask) -> Callable[[str], bool]:
    """Whether somebody else could lock what a statement locks now."""

    def ask(statement: str) -> bool:
        with psycopg.connect(app.config["MIGRATOR_DATABASE_URI"].replace("+psycopg", "")) as other:
            try:
                other.execute(statement)
            except psycopg.errors.LockNotAvailable:
                return False
            return True

    return ask


@pytest.mark.parametrize(
    ("read", "held"),
    [
        (queries.by_reference, (False, False, False)),
        (queries.to_write, (True, False, False)),
        (queries.to_send, (True, True, False)),
    ],
)
def test_what_is_about_to_change_is_held_until_the_transaction_ends(
    reference: str,
    is_free: Callable[[str], bool],
    read: Callable[[str], Application | None],
    held: tuple[bool, ...],
) -> None:
    assert read(reference) is not None
    assert tuple(not is_free(each) for each in (BIDS, FIRMS, ROUNDS)) == held
    db.session.rollback()
    assert all(is_free(each) for each in (BIDS, FIRMS, ROUNDS))


def test_a_bid_that_is_held_is_not_read_again_before_the_transaction_ends(
    reference: str, count_statements: Counting
) -> None:
    bid = queries.to_send(reference)
    assert bid is not None
    with count_statements() as seen:
        lock(bid)
        lock(bid.organisation)
        assert bid.round.form_version.sha256
    assert seen == []
    db.session.rollback()
    with count_statements() as seen:
        lock(bid)
        lock(bid)
    assert len([each for each in seen if "FOR UPDATE" in each]) == 2


@pytest.mark.usefixtures("app_context")
def test_a_bid_there_is_not_holds_nothing() -> None:
    assert (queries.to_write("FIF7-9999"), queries.to_send("FIF7-9999")) == (None, None)
