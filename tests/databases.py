"""The databases of tests: migrated once a run, copied once a process, and brought back after each test."""

import fcntl
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import Engine, QueuePool

from fundapp.embedded import Servers
from fundapp.embedded.postgres import ROLES
from fundapp.migrating import upgrade
from tests.contents import Contents, Filled

TEMPLATE = "migrated"
# All that DISCARD ALL does, except to forget what was planned and prepared.
FORGET = (
    "RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all();"
    " DISCARD TEMP; DISCARD SEQUENCES"
)


def name_of(process_number: int) -> str:
    """The name of the database of one test process."""
    return f"test_{process_number}"


def ensure_template(servers: Servers) -> None:
    """Migrate the database all others are copies of, unless another process has."""
    with open(servers.home / "template.lock", "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if TEMPLATE not in servers.postgres.databases():
            draft = f"{TEMPLATE}_draft"
            servers.postgres.drop_database(draft)
            servers.postgres.create_database(draft)
            migrate(servers, draft)
            servers.postgres.create_database(TEMPLATE, template=draft)
            _never_vacuum_unasked(servers)


def _never_vacuum_unasked(servers: Servers) -> None:
    """What the planner knows of a table depends on the test alone, not on how long the run has taken."""
    with psycopg.connect(servers.postgres.url("superuser", "postgres"), autocommit=True) as administrator:
        administrator.execute("ALTER SYSTEM SET autovacuum = off")
        administrator.execute("SELECT pg_reload_conf()")


def migrate(servers: Servers, name: str) -> None:
    """Bring a database of these servers to the newest migration, as the migrator."""
    upgrade(servers.postgres.url("migrator", name))


def renew(servers: Servers, name: str) -> None:
    """A fresh copy of the migrated database under this name."""
    copy = (sql.Identifier(name), sql.Identifier(ROLES["migrator"]), sql.Identifier(TEMPLATE))
    with psycopg.connect(servers.postgres.url("superuser", "postgres"), autocommit=True) as administrator:
        administrator.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy[0]))
        administrator.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(*copy)
        )


class Own:
    """The database of one test process: its tests begin with what the migrations put there, or at a stage.

    It is cleaned in place, and copied anew only when a test changed more than rows: a server process that
    has read the catalogues and planned the statements of the pages is worth ten times what cleaning costs.
    """

    def __init__(self, servers: Servers, process_number: int) -> None:
        self.name = name_of(process_number)
        self._servers = servers
        self._warm: list[int] = []
        ensure_template(servers)
        self._renew()
        self._migrated = self._filled.contents()
        self._used = False

    def empty(self) -> None:
        """Hold what the migrations put there, unless no test has touched it since."""
        if self._used:
            self.hold(self._migrated)
            self._used = False

    def hold(self, contents: Contents) -> None:
        """Hold this and nothing else, with nobody connected who is at something."""
        self._filled.end_others(self._warm)
        if self._filled.altered:
            self._filled.close()
            self._renew()
        self._filled.hold(contents)
        self._used = True

    def contents(self) -> Contents:
        """What it holds now."""
        return self._filled.contents()

    def rest(self, engine: Engine) -> None:
        """Keep one warm connection of a test that is over, without anything that was set in it."""
        self._used = True
        pool = cast(QueuePool, engine.pool)
        self._warm = []
        if pool.checkedout() or pool.checkedin() != 1:
            engine.dispose()
            return
        with engine.connect() as connection:
            driver = cast("psycopg.Connection", connection.connection.driver_connection)
            driver.execute(FORGET)
            driver.commit()
            self._warm = [driver.info.backend_pid]

    def _renew(self) -> None:
        renew(self._servers, self.name)
        self._filled = Filled(self._servers.postgres.url("superuser", self.name))
