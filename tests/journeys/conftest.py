"""Real browsers and real background processes for journeys through the whole application."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server

from fundapp.extensions import db
from fundapp.processes.supervisor import Supervisor
from fundapp.queries import outstanding
from tests.factories import bids as factory
from tests.factories import people, rounds

WORKERS = (
    ("jobs", "letters"),
    ("jobs", "notices"),
    ("jobs", "disbursements"),
    ("jobs", "rd_total"),
    ("relay",),
)
PATIENCE = 60.0
# A busy machine may take its time: how soon something is there is measured elsewhere.
expect.set_options(timeout=20_000)

Settled = Callable[[], None]
StandStill = Callable[[datetime], None]


@pytest.fixture
def lead_page(app: Flask, browser: Browser, live_url: str) -> Iterator[Page]:
    """A window of the lead of a draft, signed in."""
    context = browser.new_context(base_url=live_url)
    context.set_default_timeout(20_000)
    with app.app_context():
        rounds.begin_demo()
        call, lead = rounds.open_round(people.officer()), people.applicant()
        factory.draft(call, lead, factory.firm(lead))
        context.add_cookies([{"name": "fundapp", "value": people.cookie_of(lead), "url": live_url}])
    yield context.new_page()
    context.close()


@pytest.fixture
def workers(app: Flask, database: None, environment: dict[str, str]) -> Iterator[Settled]:
    """Every background process, looked after; what this gives waits until they have done what is due."""
    supervisor = Supervisor(WORKERS, dict(os.environ) | environment | {"FUNDAPP_LOG_LEVEL": "warning"})
    stop = threading.Event()
    watching = threading.Thread(target=supervisor.run, args=(stop,))
    watching.start()
    yield lambda: _settle(app)
    stop.set()
    watching.join()


def _settle(app: Flask) -> None:
    deadline = time.monotonic() + PATIENCE
    with app.app_context():
        while outstanding.waiting():
            db.session.rollback()
            assert not outstanding.parked(), "the workers gave something up"
            assert time.monotonic() < deadline, "the workers do not do what is due"
            db.session.rollback()
            time.sleep(0.1)
        db.session.rollback()


class Service:
    """The web pages on one port of this machine, that can go and come back as a new process would."""

    def __init__(self, make_app: Callable[[], Flask]) -> None:
        self.make_app = make_app
        self.port = 0
        self.start()

    @property
    def address(self) -> str:
        """Where they are."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Serve an application made anew: nothing of the one before is left in it."""
        self.app = self.make_app()
        self.server = make_server("localhost", self.port, self.app, threaded=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """From now on nobody answers."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        with self.app.app_context():
            db.engine.dispose()


@pytest.fixture
def service(database: None, make_app: Callable[[], Flask]) -> Iterator[Service]:
    """The service on a real port, to be stopped and started again by a test."""
    running = Service(make_app)
    yield running
    running.stop()


@pytest.fixture
def stand_still(environment: dict[str, str], database: None) -> StandStill:
    """Lets the database's own clock stand at an instant: the only way to meet a second on a busy machine."""
    owner = create_engine(environment["DATABASE_URL_MIGRATOR"])

    def stand(at: datetime) -> None:
        with owner.begin() as connection:
            connection.execute(
                text(
                    "CREATE OR REPLACE FUNCTION fundapp_now() RETURNS timestamptz LANGUAGE sql STABLE"
                    f" PARALLEL SAFE AS $$ SELECT timestamptz '{at.isoformat()}' $$"
                )
            )
        owner.dispose()

    return stand
