"""Where a demonstration plays: a database and a queue of its own, never the configured ones of real work."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from fundapp import migrating
from fundapp.config import Settings, as_environment
from fundapp.embedded import Servers, throw_away_home
from fundapp.embedded.postgres import create_database, drop_database
from fundapp.embedded.servers import HOME
from fundapp.processes.supervisor import Supervisor

LASTING = "fundapp_demo"
QUEUE_NUMBER = 1
WORKERS = (
    ("jobs", "letters"),
    ("jobs", "letters"),
    ("jobs", "notices"),
    ("jobs", "disbursements"),
    ("jobs", "rd_total"),
    ("jobs", "housekeeping"),
    ("relay",),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Settings that point at the demonstration's own servers, and how its administrator connects."""

    settings: Settings
    superuser_url: str

    def supervisor(self, *, with_clock: bool) -> Supervisor:
        """The background processes: two for letters, one for each other queue, the relay, perhaps the clock's."""
        wanted = (*WORKERS, ("cron",)) if with_clock else WORKERS
        return Supervisor(wanted, dict(os.environ) | as_environment(self.settings))


@contextmanager
def passing(settings: Settings) -> Iterator[Stage]:
    """A stage that leaves nothing behind: its database is dropped, servers started for it are stopped."""
    name = f"{LASTING}_{secrets.token_hex(4)}"
    with Servers(throw_away_home(), durable=False, throw_away=True) as servers:
        with _database(settings, servers, name) as stage:
            migrating.upgrade(str(stage.settings.migrator_url))
            yield stage


@contextmanager
def lasting(settings: Settings, *, fresh: bool) -> Iterator[tuple[Stage, bool]]:
    """The stage of `make demo`, kept between runs; the flag says whether it is empty and must be built."""
    servers = Servers(settings.var / HOME)
    servers.start()
    try:
        if fresh:
            servers.postgres.drop_database(LASTING)
        is_new = LASTING not in servers.postgres.databases()
        if is_new:
            servers.postgres.create_database(LASTING)
        update = _addresses(servers, LASTING) | {"env": "development"}
        stage = Stage(settings.model_copy(update=update), servers.postgres.url("superuser", LASTING))
        migrating.upgrade(str(stage.settings.migrator_url))
        yield stage, is_new
    finally:
        servers.release()


def forget(settings: Settings) -> None:
    """Drop the lasting stage's database, so that the next start builds it anew."""
    with Servers(settings.var / HOME) as servers:
        servers.postgres.drop_database(LASTING)


@contextmanager
def _database(settings: Settings, servers: Servers, name: str) -> Iterator[Stage]:
    update = _addresses(servers, name) | {"env": "test", "var": servers.home / "var", "files_url": ""}
    if settings.demo_redis_url:
        update["redis_url"] = settings.demo_redis_url
    administrator = settings.demo_database_url or servers.postgres.url("superuser", "postgres")
    create_database(administrator, name)
    try:
        if settings.demo_database_url:
            own = _with_database(settings.demo_database_url, name)
            update |= dict.fromkeys(("database_url", "database_url_migrator", "database_url_worker"), own)
        yield Stage(settings.model_copy(update=update), _with_database(administrator, name))
    finally:
        drop_database(administrator, name)


def _addresses(servers: Servers, name: str) -> dict[str, object]:
    return {
        "database_url": servers.postgres.url("app", name),
        "database_url_migrator": servers.postgres.url("migrator", name),
        "database_url_worker": servers.postgres.url("worker", name),
        "redis_url": servers.valkey.url(QUEUE_NUMBER),
    }


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
