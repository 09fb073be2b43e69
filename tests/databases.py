"""Fresh databases for tests: migrated once a run, then copied as files in about 20 ms."""

import fcntl

from fundapp.embedded import Servers
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
    servers.postgres.drop_database(name)
    servers.postgres.create_database(name, template=template)
    USED.discard(name)


def renew_if_used(servers: Servers, name: str) -> None:
    """A fresh copy, unless no test has touched this one."""
    if name in USED:
        renew(servers, name)
