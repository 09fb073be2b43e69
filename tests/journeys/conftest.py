"""Real browsers and real background processes for journeys through the whole application."""

import os
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.processes.supervisor import Supervisor
from fundapp.queries import outstanding

WORKERS = (
    ("jobs", "letters"),
    ("jobs", "notices"),
    ("jobs", "disbursements"),
    ("jobs", "rd_total"),
    ("relay",),
)
PATIENCE = 60.0

Settled = Callable[[], None]


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
