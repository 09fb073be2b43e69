"""Fresh databases for tests: migrated once a run, then copied as files in about 20 ms."""

import fcntl
from functools import cache

import psycopg
from psycopg import sql

from fundapp.embedded import Servers
from fundapp.embedded.postgres import ROLES
from fundapp.migrating import upgrade

TEMPLATE = "migrated"
USED: set[str] = set()


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


def migrate(servers: Servers, name: str) -> None:
    """Bring a database of these servers to the newest migration, as the migrator."""
    upgrade(servers.postgres.url("migrator", name))


def renew(servers: Servers, name: str, template: str = TEMPLATE) -> None:
    """A fresh copy of the migrated database, or of another template, under this name."""
    copy = (sql.Identifier(name), sql.Identifier(ROLES["migrator"]), sql.Identifier(template))
    ask = _administrator(servers.postgres.url("superuser", "postgres")).execute
    ask(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copy[0]))
    ask(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(*copy))
    USED.discard(name)


@cache
def _administrator(url: str) -> psycopg.Connection:
    """One connection a process for all its copies: two fewer to open for every test."""
    return psycopg.connect(url, autocommit=True)


def renew_if_used(servers: Servers, name: str) -> None:
    """A fresh copy, unless no test has touched this one."""
    if name in USED:
        renew(servers, name)
