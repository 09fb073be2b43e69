"""Connections to the database: what is prepared stays, and a dead one is noticed before it is used."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import exc, text

from fundapp import clock
from fundapp.embedded import Servers
from fundapp.extensions import db
from tests import databases

PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%fundapp_now%'")
TIMES = 6


@pytest.fixture
def fresh_connection(app_context: Flask) -> None:
    """A connection in which nothing was prepared yet."""
    db.engine.dispose()


def _look() -> None:
    clock.now()
    db.session.rollback()


@pytest.mark.usefixtures("fresh_connection")
def test_a_statement_stays_prepared_over_the_end_of_reading_transactions() -> None:
    for _ in range(TIMES):
        _look()
    assert db.session.scalar(PREPARED) == 1


@pytest.mark.usefixtures("fresh_connection")
def test_an_error_forgets_what_was_prepared_and_leaves_the_connection_usable() -> None:
    for _ in range(TIMES):
        _look()
    with pytest.raises(exc.ProgrammingError):
        db.session.execute(text("SELECT * FROM no_such_table"))
    db.session.rollback()
    assert db.session.scalar(PREPARED) == 0


def test_a_connection_the_server_closed_is_replaced_before_it_is_used(
    app_context: Flask, servers: Servers, process_number: int
) -> None:
    first = db.session.scalar(text("SELECT pg_backend_pid()"))
    db.session.remove()
    name = databases.name_of(process_number)
    with psycopg.connect(servers.postgres.url("superuser", name), autocommit=True) as outside:
        outside.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
    assert db.session.scalar(text("SELECT pg_backend_pid()")) not in (None, first)


@pytest.mark.usefixtures("app_context")
def test_the_columns_of_a_statement_are_described_once_a_connection() -> None:
    asked = text("SELECT :one AS one, 'two' AS two").bindparams(one=1)
    described = [db.session.execute(asked).cursor.description for _ in range(2)]  # type: ignore[attr-defined]
    assert described[0] is described[1]
    assert [column.name for column in described[0]] == ["one", "two"]
    other = db.session.execute(text("SELECT 3 AS three")).cursor.description  # type: ignore[attr-defined]
    assert [column.name for column in other] == ["three"]
    assert db.session.execute(text("SELECT set_config('a.b', 'c', true) WHERE false")).all() == []


@pytest.mark.usefixtures("app_context")
def test_a_statement_that_gives_nothing_back_describes_nothing() -> None:
    done = db.session.execute(text("UPDATE installation SET is_demo = is_demo"))
    assert not done.returns_rows  # type: ignore[attr-defined]
