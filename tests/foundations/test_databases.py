"""The database of a process is cleaned in place: nothing of one test is there for the next."""

import subprocess
from dataclasses import dataclass

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import text

from fundapp.embedded import Servers
from fundapp.extensions import db
from tests import databases
from tests.contents import SEQUENCES, TABLES
from tests.databases import Own
from tests.factories.world import World

# One change for each way a test may leave more behind than rows.
CHANGES = {
    "a table": "CREATE TABLE left_behind (id int)",
    "a table less": "DROP TABLE votes CASCADE",
    "a column": "ALTER TABLE people ADD COLUMN left_behind int",
    "a column less": "ALTER TABLE people DROP COLUMN name",
    "a default": "ALTER TABLE people ALTER COLUMN name SET DEFAULT 'Nobody'",
    "an index": "CREATE INDEX left_behind ON people (name)",
    "a constraint": "ALTER TABLE people ADD CHECK (name <> 'Nobody')",
    "a sequence's step": "ALTER SEQUENCE people_id_seq INCREMENT 2",
    "a trigger less": "DROP TRIGGER rows_are_only_added ON events",
    "a trigger at rest": "ALTER TABLE events DISABLE TRIGGER rows_are_only_added",
    "a function": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'",
    "a right": "GRANT DELETE ON events TO fundapp_app",
    "a right to a column": "GRANT UPDATE (facts) ON events TO fundapp_app",
    "a right less": "REVOKE SELECT ON people FROM fundapp_worker",
    "a view": "CREATE VIEW left_behind AS SELECT 1",
    "a type": "CREATE TYPE left_behind AS ENUM ('a')",
    "a schema": "CREATE SCHEMA left_behind",
    "a remark": "COMMENT ON TABLE people IS 'left behind'",
    "a rule": "CREATE RULE left_behind AS ON DELETE TO people DO INSTEAD NOTHING",
    "a policy": "ALTER TABLE people ENABLE ROW LEVEL SECURITY",
    "a setting": "ALTER DATABASE {} SET work_mem = '1MB'",
    "a setting of a role": "ALTER ROLE fundapp_app IN DATABASE {} SET work_mem = '1MB'",
    "a right to connect": "REVOKE CONNECT ON DATABASE {} FROM PUBLIC",
}


Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Migrated:
    """A database just copied from what the migrations made."""

    rows: Rows
    structure: list[str]


@pytest.fixture(scope="module")
def migrated(servers: Servers, process_number: int, own: Own) -> Migrated:
    """What the database of this process has to be when it is empty."""
    name = f"fresh_{process_number}"
    databases.renew(servers, name)
    found = Migrated(everything(servers, name), structure(servers, name))
    servers.postgres.drop_database(name)
    return found


def everything(servers: Servers, name: str) -> Rows:
    """Every row of every table, and where the sequences stand."""
    with psycopg.connect(servers.postgres.url("superuser", name)) as connection:
        tables = [table for (table,) in connection.execute(TABLES)]
        rows = {
            table: sorted(
                connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            )
            for table in tables
        }
        return rows | {"sequences": sorted(connection.execute(SEQUENCES))}


def structure(servers: Servers, name: str) -> list[str]:
    """Everything of a database but its rows, as the server's own program writes it down."""
    dump = [str(servers.postgres.programs / "pg_dump"), "--schema-only", "--create"]
    url = servers.postgres.url("superuser", name)
    written = subprocess.run([*dump, url], check=True, capture_output=True, text=True).stdout
    lines = written.replace(name, "database").splitlines()
    return [line for line in lines if not line.startswith(("\\restrict", "\\unrestrict"))]


def tell(servers: Servers, name: str, statement: str) -> None:
    """Do something as the superuser, past every trigger."""
    with psycopg.connect(servers.postgres.url("superuser", name), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def test_after_a_world_it_is_row_for_row_as_the_migrations_left_it(
    world: World, own: Own, servers: Servers, migrated: Migrated
) -> None:
    assert sum(len(rows) for rows in everything(servers, own.name).values()) > 1_000
    own.empty()
    assert everything(servers, own.name) == migrated.rows


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people SET name = 'Somebody else' WHERE id = 1",
        "DELETE FROM events WHERE id = 2",
        "INSERT INTO heartbeats (process, role, started_at, at) VALUES ('p', 'relay', now(), now())",
        "TRUNCATE votes CASCADE",
        "UPDATE installation SET clock_offset = interval '1 year'",
        "SELECT setval('people_id_seq', 7000)",
        "ALTER SEQUENCE people_id_seq RESTART",
    ],
)
def test_a_stage_is_row_for_row_as_it_was_built(
    world: World, own: Own, servers: Servers, change: str
) -> None:
    built, before = own.contents(), everything(servers, own.name)
    tell(servers, own.name, change)
    assert everything(servers, own.name) != before
    own.hold(built)
    assert everything(servers, own.name) == before


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_else_was_changed_is_found_out(
    app_context: Flask, own: Own, servers: Servers, migrated: Migrated, what: str
) -> None:
    tell(servers, own.name, CHANGES[what])
    assert structure(servers, own.name) != migrated.structure
    own.rest(db.engine)
    own.empty()
    assert structure(servers, own.name) == migrated.structure
    assert everything(servers, own.name) == migrated.rows


def test_the_next_test_goes_on_with_a_warm_connection_in_which_nothing_is_set(
    app_context: Flask, own: Own
) -> None:
    told = "SELECT pg_backend_pid(), current_setting('statement_timeout'), count(*) FROM pg_locks WHERE {}"
    asked = text(told.format("locktype = 'advisory' AND pid = pg_backend_pid()"))
    db.engine.dispose()
    before = db.session.execute(asked).one()
    db.session.execute(text("SET statement_timeout = '7s'"))
    db.session.execute(text("SELECT pg_advisory_lock(7)"))
    db.session.connection().commit()
    assert db.session.execute(asked).one() != before
    db.session.remove()
    own.rest(db.engine)
    own.empty()
    assert db.session.execute(asked).one() == before


def test_a_temporary_table_goes_with_its_connection(app_context: Flask, own: Own) -> None:
    db.session.execute(text("CREATE TEMPORARY TABLE left_behind (id int)"))
    db.session.connection().commit()
    db.session.remove()
    own.rest(db.engine)
    own.empty()
    assert db.session.scalar(text("SELECT to_regclass('left_behind')")) is None


def test_who_is_left_in_the_middle_of_something_is_not_waited_for(
    app_context: Flask, own: Own, servers: Servers, migrated: Migrated
) -> None:
    left = db.engine.connect()
    left.execute(text("LOCK TABLE heartbeats"))
    other = psycopg.connect(servers.postgres.url("app", own.name))
    other.execute("SELECT * FROM installation FOR UPDATE")
    own.rest(db.engine)
    own.empty()
    assert everything(servers, own.name) == migrated.rows
    left.invalidate()
    other.close()
