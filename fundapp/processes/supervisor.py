"""Keeps a set of background processes running: starts again what ends, and stops them all together."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import structlog

from fundapp.config import PROJECT
from fundapp.processes.lifeline import START_ANEW, SUPERVISED_BY

WORKER = (sys.executable, str(PROJECT / "worker.py"))
GRACE_SECONDS = 30.0
STEADY_SECONDS = 30.0
LOOK_SECONDS = 0.2
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Child:
    """One process that is to run: what it is, the process of the moment, and when to start the next."""

    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    not_before: float = field(default=0.0)

    @property
    def name(self) -> str:
        """What the process is, for people."""
        return " ".join(self.arguments)


class Supervisor:
    """A number of `worker.py` processes, each in a group of its own and tied to this process's life."""

    def __init__(
        self,
        wanted: Sequence[Sequence[str]],
        environment: Mapping[str, str],
        command: Sequence[str] = WORKER,
    ) -> None:
        self.children = [Child(tuple(arguments)) for arguments in wanted]
        self._environment = dict(environment) | {SUPERVISED_BY: str(os.getpid())}
        self._command = tuple(command)

    def start(self) -> None:
        """Start every process that is not running and whose pause is over."""
        for child in self.children:
            if child.process is None and monotonic() >= child.not_before:
                self._start(child)

    def look_after(self) -> None:
        """Notice what has ended, and start it again; what ends at once waits ever longer."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child)
        self.start()

    def run(self, stop: threading.Event) -> None:
        """Keep everything running until told to stop, then stop it all."""
        try:
            while not stop.is_set():
                self.look_after()
                stop.wait(LOOK_SECONDS)
        finally:
            self.stop()

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ask every process to finish the work in hand, and kill what has not ended in time."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = monotonic() + grace
        for process in running:
            try:
                process.wait(max(0.0, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                _signal_group(process, signal.SIGKILL)
                process.wait()
        for child in self.children:
            child.process = None

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            [*self._command, *child.arguments],
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        child.started_at = monotonic()
        log.info("process_begun", process=child.name, pid=child.process.pid)

    def _bury(self, child: Child) -> None:
        if child.process is None:
            return
        _signal_group(child.process, signal.SIGKILL)
        steady = monotonic() - child.started_at > STEADY_SECONDS
        child.pause = FIRST_PAUSE if steady else min(child.pause * 2, LONGEST_PAUSE)
        child.not_before = monotonic() + child.pause
        status = child.process.returncode
        level = logging.INFO if status == START_ANEW else logging.WARNING
        log.log(level, "process_ended", process=child.name, status=status, again_in=child.pause)
        child.process = None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process and whatever it started; a group that is already empty is fine."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
