"""Counts what a web process answers, and says twice a minute that it is there and how it does.

The count lives in memory, so no request waits for a statement; a minute that could not be written is one in
which nobody could be served, and stays without a record.
"""

import threading
import time

import structlog
from flask import Flask, Response, g
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from fundapp.services import service_minutes
from workflows.rules.outages import SLOW

EVERY_SECONDS = 30
OURS = 500

log = structlog.get_logger("fundapp.web")


class Pulse:
    """What was answered since the last time it was written down."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers = self._slow = self._failed = 0

    def count(self, status: int, seconds: float) -> None:
        """One more answer; one that failed counts as failed however long it took."""
        failed = status >= OURS
        with self._lock:
            self._answers += 1
            self._failed += failed
            self._slow += not failed and seconds > SLOW.total_seconds()

    def take(self) -> tuple[int, int, int]:
        """The answers, the slow and the failed ones since this was last asked."""
        with self._lock:
            taken = (self._answers, self._slow, self._failed)
            self._answers = self._slow = self._failed = 0
        return taken


def register(app: Flask) -> None:
    """Count every answer of this process."""
    pulse = app.extensions["pulse"] = Pulse()

    def count(response: Response) -> Response:
        status = 200 if "not_ready" in g else response.status_code
        pulse.count(status, time.perf_counter() - g.began)
        return response

    app.after_request(count)


def not_ready(page: str, seconds: int) -> ResponseReturnValue:
    """A page instead of a file that is still being made: come back in so many seconds, nothing has failed."""
    g.not_ready = True
    return page, 503, {"Retry-After": str(seconds)}


def start(app: Flask) -> None:
    """Write down what is counted, again and again in a thread that ends with its process."""
    threading.Thread(target=_beat, args=(app,), name="pulse", daemon=True).start()


def write(app: Flask) -> None:
    """Write down what was counted; while the database is away, it is lost, and so is the minute."""
    counted = app.extensions["pulse"].take()
    try:
        with app.app_context():
            service_minutes.add(*counted)
    except (DBAPIError, NoConnectionFree) as error:
        log.error("minute_not_written", error=type(error).__name__)


def _beat(app: Flask) -> None:
    while True:
        write(app)
        time.sleep(EVERY_SECONDS)
