"""The ticker: stages what happens by the clock, and warns of work that is late. Any number may run."""

import threading
from time import monotonic

import structlog
from flask import Flask

from fundapp.processes.loop import Loop, stop_signal
from fundapp.services import parked, schedule

TICK_SECONDS = 1.0
WARN_SECONDS = 60.0

log = structlog.get_logger(__name__)


class MissingTask(RuntimeError):
    """A scheduled task names a function that does not exist."""


def run(app: Flask) -> None:
    """Tick until told to stop; refuse to start when a task's function cannot be found."""
    if unknown := schedule.unknown_functions():
        raise MissingTask(f"no function for the scheduled tasks {', '.join(unknown)}")
    stop = stop_signal()
    Loop(app, "cron", stop).run(Watch().step, lambda: _pause(stop))


class Watch:
    """One step of the ticker, and the memory of when it last warned."""

    def __init__(self) -> None:
        self._warned_at = monotonic()

    def step(self) -> None:
        """Stage due tasks; once a minute, look for work that is parked or overdue, without the queue."""
        for name in schedule.tick():
            log.info("task_staged", task=name)
        if monotonic() - self._warned_at >= WARN_SECONDS:
            self._warned_at = monotonic()
            parked.warn()


def _pause(stop: threading.Event) -> None:
    stop.wait(TICK_SECONDS)
