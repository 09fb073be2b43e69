"""The loop of a process that must outlive its servers: it says what is missing, waits, and goes on."""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from types import FrameType

import structlog
from flask import Flask
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fundapp.processes import heartbeat

SHORTEST_WAIT = 0.5
LONGEST_WAIT = 5.0

log = structlog.get_logger(__name__)


def stop_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set, so that the step in hand is finished first."""
    stop = threading.Event()

    def request(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, request)
    signal.signal(signal.SIGINT, request)
    return stop


class Loop:
    """Takes steps until told to stop; while a server is away, tries again ever more rarely."""

    def __init__(self, app: Flask, role: str, stop: threading.Event) -> None:
        self._app = app
        self._role = role
        self._stop = stop
        self._wait = SHORTEST_WAIT
        self._beat_at = float("-inf")

    def run(self, step: Callable[[], None], pause: Callable[[], None]) -> None:
        """A step, a pause, a step ... each step in a fresh context, with a sign of life now and then."""
        log.info("process_started", role=self._role)
        while not self._stop.is_set():
            try:
                with self._app.app_context():
                    self._beat()
                    step()
                    self._went_well()
                    pause()
            except RedisError as error:
                self._went_wrong("the queue cannot be reached (REDIS_URL)", error)
            except (DBAPIError, PoolTimeout) as error:
                self._went_wrong("the database cannot be reached or refused a statement", error)
        self._leave()

    def _beat(self) -> None:
        if monotonic() - self._beat_at > heartbeat.EVERY_SECONDS:
            heartbeat.beat(self._role)
            self._beat_at = monotonic()

    def _went_well(self) -> None:
        if self._wait > SHORTEST_WAIT:
            log.info("process_goes_on", role=self._role)
        self._wait = SHORTEST_WAIT

    def _went_wrong(self, what: str, error: Exception) -> None:
        if self._wait == SHORTEST_WAIT:
            log.error(
                "process_waits", role=self._role, reason=what, error=f"{type(error).__name__}: {error}"[:300]
            )
        self._stop.wait(self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)

    def _leave(self) -> None:
        with suppress(DBAPIError, PoolTimeout), self._app.app_context():
            heartbeat.leave(self._role)
        log.info("process_stopped", role=self._role)
