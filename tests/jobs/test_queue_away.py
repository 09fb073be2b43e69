"""A queue server that is away is named by its setting, once, and once more when it is back."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from fundapp.config import PROJECT
from fundapp.embedded import Servers
from fundapp.outbox.bell import Bell, Ring
from fundapp.processes.lifeline import START_ANEW
from tests.jobs.conftest import PROCESS, scalar, wait_until
from tests.jobs.effects import KIND
from tests.jobs.staged import pending, stage_many, traces

LONG_ENOUGH_TO_REPEAT = 5.0
AWAY, BACK = "queue_unreachable", "queue_answers_again"


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """Where the processes write what they have to say."""
    return tmp_path / "said"


def lines(said: Path, *events: str) -> list[dict[str, str]]:
    found = [json.loads(line) for line in said.read_text().splitlines() if line.startswith("{")]
    return [line for line in found if line["event"] in events]


def test_it_is_named_once_at_the_start_and_once_by_each_process_later(
    environment: dict[str, str], servers: Servers, said: Path
) -> None:
    servers.valkey.stop()
    with said.open("w") as stderr:
        worker = subprocess.Popen(
            [sys.executable, "-m", "fundapp", "worker", "notices", "rd_total"],
            env=os.environ | environment | {"FUNDAPP_LOG_LEVEL": "warning"},
            cwd=PROJECT,
            stderr=stderr,
        )
        try:
            wait_until(lambda: len(lines(said, AWAY)) == 1)
            servers.valkey.start()
            wait_until(lambda: len(lines(said, BACK)) == 1)
            wait_until(lambda: len(servers.valkey.client().smembers("rq:workers")) == 2)
            assert len(said.read_text().splitlines()) == 2
            servers.valkey.stop()
            wait_until(lambda: len(lines(said, AWAY)) == 3)
            time.sleep(LONG_ENOUGH_TO_REPEAT)
            servers.valkey.start()
            wait_until(lambda: len(lines(said, BACK)) == 3)
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait()
    assert {line["setting"] for line in lines(said, AWAY, BACK)} == {"REDIS_URL"}
    assert len(lines(said, AWAY, BACK)) == len(said.read_text().splitlines()) == 6


def test_a_worker_that_loses_it_in_the_middle_of_a_job_says_no_more_and_wants_a_fresh_start(
    app: Flask, environment: dict[str, str], servers: Servers, queue: Redis, said: Path
) -> None:
    [row_id] = stage_many(1, seconds=1.5)
    Bell(queue).ring([Ring(row_id, KIND, "letters", 1)])
    with said.open("w") as stderr:
        worker = subprocess.Popen(
            [*PROCESS, "jobs", "letters"], env=os.environ | environment, cwd=PROJECT, stderr=stderr
        )
        try:
            wait_until(lambda: scalar("SELECT attempts FROM outbox_rows") == 1)
            servers.valkey.stop()
            wait_until(lambda: len(lines(said, AWAY)) == 1)
            assert pending() == 0
            time.sleep(LONG_ENOUGH_TO_REPEAT)
            servers.valkey.start()
            assert worker.wait(20) == START_ANEW
        finally:
            worker.kill()
            worker.wait()
    assert traces() == {"effect-0": 1}
    assert [line["setting"] for line in lines(said, AWAY, BACK)] == ["REDIS_URL", "REDIS_URL"]
    assert len(lines(said, AWAY)) == len(lines(said, BACK)) == 1
    assert len(said.read_text().splitlines()) == 2
