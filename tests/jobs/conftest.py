"""Servers and processes of the job tests: their own, so that they may be flushed, stopped and killed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text

from fundapp import migrating
from fundapp.config import PROJECT, Settings, load_settings
from fundapp.embedded import Servers, throw_away_home
from fundapp.extensions import db
from fundapp.outbox import ROUTES
from fundapp.processes.backroom import create_backroom
from fundapp.processes.supervisor import Supervisor
from tests.jobs import effects

TEMPLATE = "migrated_jobs"
PROCESS = (sys.executable, "-m", "tests.jobs.process")

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """A private PostgreSQL and Valkey of these tests alone."""
    with Servers(throw_away_home(), durable=False, throw_away=True) as running:
        _lay_out(running)
        yield running


@pytest.fixture
def environment(servers: Servers, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a background process needs to find an empty database and an empty queue."""
    servers.postgres.create_database("jobs", template=TEMPLATE)
    servers.valkey.start()
    with Redis.from_url(servers.valkey.url()) as queue:
        queue.flushall()
    yield servers.environment("jobs") | {
        "FUNDAPP_ENV": "test",
        "FUNDAPP_VAR": str(tmp_path),
        "FUNDAPP_OUTBOX_LEASE_SECONDS": "2",
        "FUNDAPP_OUTBOX_ATTEMPTS": "3",
        "FUNDAPP_RELAY_SWEEP_SECONDS": "0.2",
        "FUNDAPP_LOG_LEVEL": "warning",
    }
    servers.postgres.drop_database("jobs")


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """The settings the processes start with."""
    return load_settings(environment)


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application without pages, with the test effects routed."""
    with monkeypatch.context() as patched:
        for kind in effects.KINDS:
            patched.delitem(ROUTES, kind, raising=False)
        effects.register()
        app = create_backroom(settings)
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def queue(servers: Servers, environment: dict[str, str]) -> Iterator[Redis]:
    """The queue server, as an operator would reach it."""
    with Redis.from_url(servers.valkey.url()) as connection:
        yield connection


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Start real background processes; what still runs at the end is killed."""
    with ExitStack() as running:

        def begin(*arguments: str, **more: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen(
                [*PROCESS, *arguments],
                cwd=PROJECT,
                env=os.environ | environment | more,
                start_new_session=True,
            )
            running.callback(_end, process)
            return process

        yield begin


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> float:
    """Wait until something is so, and return how long that took; fail when it takes too long."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            pytest.fail(f"still not so after {seconds} seconds")
        time.sleep(0.02)
    return time.monotonic() - began


def scalar(statement: str, **values: object) -> object:
    """One value from the database, in a transaction of its own."""
    try:
        return db.session.execute(text(statement), values).scalar()
    finally:
        db.session.rollback()


@contextmanager
def looked_after(supervisor: Supervisor) -> Iterator[None]:
    """Let a supervisor do its work while the test does its own."""
    supervisor.start()
    stop = threading.Event()
    watching = threading.Thread(target=_look_after, args=(supervisor, stop))
    watching.start()
    try:
        yield
    finally:
        stop.set()
        watching.join()
        supervisor.stop()


def _look_after(supervisor: Supervisor, stop: threading.Event) -> None:
    while not stop.wait(0.1):
        supervisor.look_after()


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def _lay_out(servers: Servers) -> None:
    """A migrated database with one table more, where the test effects leave their traces."""
    servers.postgres.create_database(TEMPLATE)
    url = servers.postgres.url("migrator", TEMPLATE)
    migrating.upgrade(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE traces (id bigserial PRIMARY KEY, key text NOT NULL)")
        connection.execute("GRANT SELECT, INSERT ON traces TO fundapp_worker")
        connection.execute("GRANT USAGE ON SEQUENCE traces_id_seq TO fundapp_worker")
