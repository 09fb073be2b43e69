"""The ledger refuses what does not balance, whoever asks; nothing in it is ever edited; a key counts once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random

import psycopg
import pytest
from flask import Flask
from psycopg import errors
from sqlalchemy import func, select, text

from fundapp import ledger
from fundapp.embedded import Servers
from fundapp.embedded.postgres import Login
from fundapp.extensions import db
from fundapp.ledger import Move
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.ledger import ACCOUNTS, LedgerEntry, LedgerTransaction
from fundapp.models.sums import LedgerSum
from fundapp.transaction import transaction
from tests import databases
from tests.at_once import at_once
from tests.factories import people, rounds

Connect = Callable[[Login], psycopg.Connection[tuple[object, ...]]]
KINDS = 50
ACTORS: tuple[Login, ...] = ("app", "worker", "migrator")


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.published_round(people.officer())


@pytest.fixture
def connect(servers: Servers, process_number: int) -> Iterator[Connect]:
    opened: list[psycopg.Connection[tuple[object, ...]]] = []

    def connection(login: Login) -> psycopg.Connection[tuple[object, ...]]:
        url = servers.postgres.url(login, databases.name_of(process_number))
        opened.append(psycopg.connect(url))
        return opened[-1]

    yield connection
    for each in opened:
        each.close()


def an_event() -> int:
    return db.session.scalars(select(Event.id).order_by(Event.id).limit(1)).one()


def entries_by_hand(
    connection: psycopg.Connection[tuple[object, ...]],
    call_id: int,
    event_id: int,
    sides: list[tuple[str, int]],
) -> None:
    """Write a transaction with these sides straight into the tables, and commit."""
    with connection.transaction():
        made = connection.execute(
            "INSERT INTO ledger_transactions (key, posting, event_id, recorded_at)"
            " VALUES (gen_random_uuid()::text, 'by hand', %s, now()) RETURNING id",
            [event_id],
        ).fetchone()
        assert made is not None
        for account, pence in sides:
            connection.execute(
                "INSERT INTO ledger_entries (transaction_id, account, round_id, financial_year, pence)"
                " VALUES (%s, %s, %s, 2026, %s)",
                [made[0], account, call_id, pence],
            )


def unbalanced(seed: int) -> list[tuple[str, int]]:
    """Nothing at all, one side, all on one side, off by a penny, off by anything: a kind a seed."""
    random = Random(seed)
    count = seed % 6
    sides = [
        (random.choice(ACCOUNTS), random.choice([-1, 1]) * random.randint(1, 10**12)) for _ in range(count)
    ]
    if seed % 3 == 0 and count:
        rest = -sum(pence for _, pence in sides)
        sides.append((random.choice(ACCOUNTS), rest + random.choice([-1, 1])))
    return [side for side in sides if side[1]] if sum(pence for _, pence in sides) else sides[:1]


@pytest.mark.parametrize("login", ACTORS)
def test_what_does_not_balance_is_refused_to_everybody(call: Round, connect: Connect, login: Login) -> None:
    event_id, call_id = an_event(), call.id
    db.session.rollback()
    connection = connect(login)
    for seed in range(KINDS):
        with pytest.raises((errors.CheckViolation, errors.NotNullViolation)):
            entries_by_hand(connection, call_id, event_id, unbalanced(seed))
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


@pytest.mark.parametrize("login", ACTORS)
def test_what_balances_is_taken_and_its_sums_are_kept(call: Round, connect: Connect, login: Login) -> None:
    event_id, call_id = an_event(), call.id
    db.session.rollback()
    connection = connect(login)
    for pence in (100, 250):
        entries_by_hand(connection, call_id, event_id, [("available", pence), ("funding", -pence)])
    kept = db.session.execute(select(LedgerSum.account, LedgerSum.pence, LedgerSum.entries)).all()
    assert sorted(tuple(row) for row in kept) == [("available", 350, 2), ("funding", -350, 2)]


HOLD_ROWS = ("ledger_entries", "ledger_transactions", "events")


@pytest.mark.parametrize("login", ACTORS)
def test_nothing_recorded_is_edited_or_removed(call: Round, connect: Connect, login: Login) -> None:
    event_id, call_id = an_event(), call.id
    db.session.rollback()
    entries_by_hand(connect("app"), call_id, event_id, [("available", 5), ("funding", -5)])
    refused = errors.RestrictViolation if login == "migrator" else errors.InsufficientPrivilege
    for table in (*HOLD_ROWS, "rd_entries", "anchors"):
        statements = [f"TRUNCATE {table} CASCADE"]
        if login != "migrator" or table in HOLD_ROWS:  # in an empty table no row can be refused
            statements += [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]
        for statement in statements:
            with pytest.raises(refused):
                connect(login).execute(statement)


@pytest.mark.parametrize("login", ["app", "worker"])
def test_the_application_cannot_write_a_sum(call: Round, connect: Connect, login: Login) -> None:
    for table in ("ledger_sums", "rd_sums"):
        for statement in (f"UPDATE {table} SET pence = 1", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(errors.InsufficientPrivilege):
                connect(login).execute(statement)


def test_a_closed_transaction_takes_no_more_entries(call: Round, connect: Connect) -> None:
    event_id, call_id = an_event(), call.id
    db.session.rollback()
    connection = connect("migrator")
    entries_by_hand(connection, call_id, event_id, [("available", 5), ("funding", -5)])
    late = (
        "INSERT INTO ledger_entries (transaction_id, account, round_id, financial_year, pence)"
        f" SELECT id, 'paid', {call_id}, 2026, 7 FROM ledger_transactions"
    )
    with pytest.raises(errors.RestrictViolation):
        connection.execute(late)


def post_once(call_id: int, event_id: int, key: str, pence: int) -> bool:
    with transaction():
        return ledger.post(key, "test", event_id, [Move("funding", "available", pence, call_id, 2026, None)])


def test_a_posting_is_made_once_however_often_it_is_asked_for(app: Flask, call: Round) -> None:
    event_id, call_id = an_event(), call.id
    db.session.rollback()
    answers = at_once(app, *[lambda: post_once(call_id, event_id, "the same key", 700)] * 8)
    assert sorted(answers) == [False] * 7 + [True]
    assert ledger.balances(round_id=call_id) == {"funding": -700, "available": 700}


def test_a_posting_is_reversed_once_however_many_try(app: Flask, call: Round) -> None:
    event_id, call_id = an_event(), call.id
    db.session.rollback()
    post_once(call_id, event_id, "to reverse", 900)
    original = db.session.scalars(select(LedgerTransaction.id)).one()
    db.session.rollback()
    numbers = iter(range(8))

    def reverse() -> bool:
        with transaction():
            return ledger.reverse(f"reversal {next(numbers)}", original, event_id)

    assert sorted(at_once(app, *[reverse] * 8)) == [False] * 7 + [True]
    assert ledger.balances(round_id=call_id) == {"funding": 0, "available": 0}


def test_nothing_moved_is_nothing_posted(call: Round) -> None:
    assert post_once(call.id, an_event(), "nought", 0) is False
    assert db.session.scalar(select(func.count()).select_from(LedgerTransaction)) == 0


def test_recorded_instants_come_from_the_one_clock(call: Round) -> None:
    call_id, event_id = call.id, an_event()
    db.session.rollback()
    post_once(call_id, event_id, "when", 1)
    recorded = db.session.scalars(select(LedgerTransaction.recorded_at)).one()
    now = db.session.execute(text("SELECT fundapp_now()")).scalar_one()
    assert recorded <= now
    assert recorded.year == datetime(2026, 1, 1, tzinfo=UTC).year
