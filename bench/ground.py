"""Throw-away servers for a measurement: nothing configured is ever looked at, and nothing is left behind."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from bench import fetching
from fundapp import migrating
from fundapp.application import create_app
from fundapp.config import PROJECT, Settings, as_environment, load_settings
from fundapp.embedded import Servers, throw_away_home
from fundapp.extensions import db
from fundapp.models.people import Person
from fundapp.processes.supervisor import WORKER, Supervisor
from fundapp.services import sessions
from fundapp.services.sessions import Browser
from fundapp.transaction import transaction

START_SECONDS = 60.0
# Longer than the 30 s a web server itself waits for open connections.
STOP_SECONDS = 45.0
SERVED = "/accessibility"
LOG = PROJECT / "var" / "bench.log"
OURS = ("FUNDAPP_", "DATABASE_URL", "REDIS_URL")
BROWSER = Browser("127.0.0.1", "bench")


@dataclass(frozen=True, slots=True)
class Ground:
    """Private servers with one migrated database, and the settings that lead there and nowhere else."""

    servers: Servers
    settings: Settings
    database: str

    @property
    def superuser_url(self) -> str:
        """For what no role of the office may do: unmark a demonstration, look from outside."""
        return self.servers.postgres.url("superuser", self.database)

    def app(self) -> Flask:
        """The whole application in this process, on the role of the web."""
        return create_app(self.settings)

    def environment(self) -> dict[str, str]:
        """The variables of a process that works here."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return inherited | as_environment(self.settings)

    def settle(self) -> None:
        """Gather the statistics the planner goes by, as autovacuum does within minutes of a large change."""
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def workers(self, wanted: list[tuple[str, ...]]) -> Supervisor:
        """Background processes on this ground, not yet started."""
        command = ("/bin/sh", "-c", 'exec "$@" 2>>"$0"', str(LOG), *WORKER)
        return Supervisor(wanted, self.environment(), command)

    def become_real(self) -> None:
        """Take the mark of a demonstration off, so that pages and clock are those of real work."""
        with psycopg.connect(self.superuser_url) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("UPDATE installation SET is_demo = false, clock_offset = interval '0'")


@contextmanager
def servers(*, durable: bool) -> Iterator[Servers]:
    """A private PostgreSQL and Valkey for as long as this lasts; `durable` as in production.

    What the processes of a measurement have to say goes to var/bench.log, begun anew each time.
    """
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("", encoding="utf-8")
    with Servers(throw_away_home(durable=durable), durable=durable, throw_away=True) as running:
        yield running


@contextmanager
def ground(running: Servers, database: str, **settings: Any) -> Iterator[Ground]:
    """A migrated database of its own on these servers."""
    running.postgres.create_database(database)
    found = load_settings(
        running.environment(database),
        var=running.home / f"var-{database}",
        log_level="error",
        **{"bind": f"127.0.0.1:{free_port()}", "sign_in_tries_per_address": 100_000} | settings,
    )
    migrating.upgrade(str(found.migrator_url))
    yield Ground(running, found, database)
    with psycopg.connect(running.postgres.url("superuser", "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


@transaction()
def cookie_of(person_id: int) -> str:
    """A signed-in cookie for one person, in the application of the moment."""
    person = db.session.get_one(Person, person_id)
    return f"fundapp=s{sessions.begin(person, BROWSER, second_factor=True)}"


@contextmanager
def web(place: Ground) -> Iterator[subprocess.Popen[bytes]]:
    """The pages as they are served for real: `fundapp serve` with its own gunicorn."""
    command = [sys.executable, "-P", "-m", "fundapp", "serve", "--no-workers"]
    with served(command, place.environment(), place.settings.bind, SERVED) as process:
        yield process


@contextmanager
def served(
    command: list[str], environment: Mapping[str, str], address: str, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A web server in a process of its own, from its first answer until this ends."""
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        _wait_for(address, path, process)
        yield process
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def children(pid: int) -> list[int]:
    """The processes a process has forked."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in listed.read_text(encoding="ascii").split()]
    except OSError:
        return []


def processor_seconds(pid: int) -> float:
    """How much processor time the processes a process has forked have used, living or gone."""
    gone = _times_of(pid)[2:4]
    return (sum(gone) + sum(sum(_times_of(child)[:2]) for child in children(pid))) / os.sysconf("SC_CLK_TCK")


def _times_of(pid: int) -> list[int]:
    """Ticks a process has worked for itself and in the kernel, and the same of its children that are gone."""
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
    return [int(ticks) for ticks in after_name.split()[11:15]]


def _wait_for(address: str, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while fetching.status(address, path) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nobody serves {address}")
        time.sleep(0.1)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
