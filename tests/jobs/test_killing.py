"""Processes die in the middle of work: every effect still takes place exactly once."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

from flask import Flask
from redis import Redis
from sqlalchemy import text

from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.outbox.policy import BACK_OFF
from fundapp.processes.supervisor import Supervisor
from fundapp.transaction import transaction
from tests.jobs.conftest import PROCESS, Start, looked_after, scalar, wait_until
from tests.jobs.effects import OTHER_KIND
from tests.jobs.staged import pending, stage_many, traces

Process = subprocess.Popen[bytes]


def children(process: Process) -> list[int]:
    """The forks a worker has at this moment."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def test_effects_take_place_once_each(app: Flask, start: Start) -> None:
    start("relay")
    start("jobs", "letters")
    stage_many(30)
    wait_until(lambda: pending() == 0)
    assert traces() == {f"effect-{number}": 1 for number in range(30)}


def test_a_killed_fork_is_tried_again_at_once(app: Flask, start: Start) -> None:
    start("relay")
    worker = start("jobs", "letters")
    stage_many(1, seconds=1.0)
    wait_until(lambda: bool(children(worker)))
    os.kill(children(worker)[0], signal.SIGKILL)
    wait_until(lambda: scalar("SELECT last_error FROM outbox_rows") is not None, seconds=3)
    assert scalar("SELECT last_error FROM outbox_rows") == (
        "WorkerDied: the process doing the work ended with status 9"
    )
    wait_until(lambda: pending() == 0)
    assert traces() == {"effect-0": 1}
    assert scalar("SELECT attempts FROM outbox_rows") == 2


def test_the_fork_of_a_killed_worker_dies_with_it_and_another_takes_over(app: Flask, start: Start) -> None:
    start("relay")
    worker = start("jobs", "letters")
    stage_many(1, seconds=3.0)
    wait_until(lambda: bool(children(worker)))
    fork = children(worker)[0]
    worker.kill()
    worker.wait()
    wait_until(lambda: not Path(f"/proc/{fork}").exists(), seconds=2)
    start("jobs", "letters")
    wait_until(lambda: pending() == 0)
    assert traces() == {"effect-0": 1}


def test_a_hundred_kills_and_two_flushes_lose_and_double_nothing(
    app: Flask, start: Start, queue: Redis
) -> None:
    dice = random.Random(20261)
    start("relay")
    workers = [start("jobs", "letters", FUNDAPP_OUTBOX_ATTEMPTS="50") for _ in range(2)]
    stage_many(120, seconds=0.05)
    for kill in range(100):
        time.sleep(dice.uniform(0, 0.15))
        if pending() == 0:
            stage_many(40, prefix=f"more-{kill}", seconds=0.05)
        chosen = dice.randrange(len(workers))
        forks = children(workers[chosen])
        if forks and dice.random() < 0.8:
            os.kill(forks[0], signal.SIGKILL)
        else:
            workers[chosen].kill()
            workers[chosen].wait()
            workers[chosen] = start("jobs", "letters", FUNDAPP_OUTBOX_ATTEMPTS="50")
        if kill in {30, 70}:
            queue.flushall()
    wait_until(lambda: pending() == 0, seconds=60)
    staged = scalar("SELECT count(*) FROM outbox_rows")
    assert scalar("SELECT count(*) FROM outbox_rows WHERE parked_at IS NOT NULL") == 0
    assert (len(traces()), set(traces().values())) == (staged, {1})


def test_poison_is_parked_and_delays_nobody(app: Flask, start: Start) -> None:
    start("relay")
    start("jobs", "letters")
    stage_many(1, prefix="poison", poison=True)
    wait_until(lambda: scalar("SELECT attempts FROM outbox_rows") == 1)
    stage_many(5)
    assert wait_until(lambda: len(traces()) == 5) < BACK_OFF[0].total_seconds()
    for _ in range(2):
        wait_until(lambda: scalar("SELECT rung_at FROM outbox_rows WHERE business_key = 'poison-0'") is None)
        _make_due()
        time.sleep(0.5)
    wait_until(lambda: pending() == 0)
    assert scalar("SELECT attempts FROM outbox_rows WHERE parked_at IS NOT NULL") == 3
    assert scalar("SELECT last_error FROM outbox_rows WHERE parked_at IS NOT NULL") == (
        "RuntimeError: this one never works"
    )
    assert "poison-0" not in traces()


def test_work_goes_on_after_the_queue_server_crashed(
    app: Flask, environment: dict[str, str], servers: Servers
) -> None:
    wanted = (("relay",), ("jobs", "letters"), ("jobs", "notices"))
    supervised = Supervisor(wanted, os.environ | environment, PROCESS)
    with looked_after(supervised):
        _survive_a_crash(servers)


def _survive_a_crash(servers: Servers) -> None:
    stage_many(1)
    wait_until(lambda: pending() == 0)
    servers.valkey.stop(immediately=True)
    stage_many(10, prefix="while-down")
    stage_many(10, prefix="other", kind=OTHER_KIND)
    time.sleep(1.5)
    assert pending() == 20
    servers.valkey.start()
    wait_until(lambda: pending() == 0, seconds=30)
    assert set(traces().values()) == {1}


def _make_due() -> None:
    with transaction():
        db.session.execute(text("UPDATE outbox_rows SET next_at = now() WHERE business_key = 'poison-0'"))
