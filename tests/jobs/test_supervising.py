"""The supervisor keeps its processes running, and none of them outlives it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from fundapp.config import PROJECT
from fundapp.processes.lifeline import START_ANEW
from fundapp.processes.supervisor import Supervisor
from tests.jobs.conftest import PROCESS, looked_after, scalar, wait_until
from tests.jobs.staged import pending, stage_many, traces

SUPERVISOR = """
import os, sys, threading
from fundapp.logs import configure_logging
from fundapp.processes.supervisor import Supervisor
configure_logging("warning")
supervisor = Supervisor([["relay"], ["jobs", "letters"]], os.environ, sys.argv[1:])
supervisor.start()
print(*[child.process.pid for child in supervisor.children], flush=True)
supervisor.run(threading.Event())
"""


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_process_is_started_again(app: Flask, environment: dict[str, str]) -> None:
    supervised = Supervisor([["relay"], ["jobs", "letters"]], os.environ | environment, PROCESS)
    with looked_after(supervised):
        stage_many(3)
        wait_until(lambda: pending() == 0)
        first = supervised.children[1].process
        assert first is not None
        first.kill()
        stage_many(3, prefix="later")
        wait_until(lambda: pending() == 0)
        second = supervised.children[1].process
        assert second is not None
        assert second.pid != first.pid
    assert set(traces().values()) == {1}
    assert not alive(second.pid)


def test_a_stopping_worker_finishes_the_work_in_hand(app: Flask, environment: dict[str, str]) -> None:
    supervised = Supervisor([["relay"], ["jobs", "letters"]], os.environ | environment, PROCESS)
    with looked_after(supervised):
        row_id = stage_many(1, seconds=1.5)[0]
        wait_until(lambda: _attempted(row_id))
    assert traces() == {"effect-0": 1}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_its_supervisor(environment: dict[str, str], end: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, *PROCESS],
        cwd=PROJECT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdout is not None
        pids = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert [alive(pid) for pid in pids] == [True, True]
        supervisor.send_signal(end)
        supervisor.wait()
    wait_until(lambda: not any(alive(pid) for pid in pids), seconds=10)


@pytest.mark.parametrize(("status", "level"), [(START_ANEW, "INFO"), (1, "WARNING")])
def test_only_a_process_that_did_not_ask_to_be_started_anew_is_worth_a_warning(
    app: Flask, caplog: pytest.LogCaptureFixture, status: int, level: str
) -> None:
    supervised = Supervisor([[f"raise SystemExit({status})"]], os.environ, (sys.executable, "-c"))
    with caplog.at_level("INFO"), looked_after(supervised):
        wait_until(lambda: bool(ended(caplog)))
    assert ended(caplog)[0] == (level, status)


def ended(caplog: pytest.LogCaptureFixture) -> list[tuple[str, int]]:
    """The level at which each end of a process was told of, and its status."""
    lines = [(record.levelname, record.msg) for record in caplog.records if isinstance(record.msg, dict)]
    return [(level, line["status"]) for level, line in lines if line["event"] == "process_ended"]


def _attempted(row_id: int) -> bool:
    return scalar("SELECT attempts FROM outbox_rows WHERE id = :id", id=row_id) == 1
