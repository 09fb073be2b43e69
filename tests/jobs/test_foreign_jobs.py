"""The queue is no remote shell: whatever somebody writes into it, only routed jobs with a row id run."""

import json
import pickle
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq.job import Job

from fundapp import outbox
from fundapp.outbox.bell import Bell, Ring
from tests.jobs.conftest import Start, scalar, wait_until
from tests.jobs.effects import KIND
from tests.jobs.staged import pending, stage_many, traces

JOB = "tests.jobs.effects.leave_a_trace"


class Pickled:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return Path.mkdir, (self._folder,)


def plant(queue: Redis, job_id: str, data: bytes, **fields: str) -> None:
    """Write a job into the letters queue by hand, as somebody with access to the queue server could."""
    stored: dict[str, str | bytes] = {"data": data, "origin": "letters", "status": "queued", **fields}
    for name, value in stored.items():
        queue.hset(Job.key_for(job_id), name, value)
    queue.lpush("rq:queue:letters", job_id)


def call(function: str, *arguments: object, instance: object = None, **named: object) -> bytes:
    """A call as RQ stores it in JSON."""
    return json.dumps([function, instance, arguments, named]).encode()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("function", "the function 'os.mkdir' is not on the list"),
        ("instance", "tests.jobs.effects.leave_a_trace takes one row id and nothing else"),
        ("arguments", "tests.jobs.effects.leave_a_trace takes one row id and nothing else"),
        ("pickle", "its call is not plain JSON"),
    ],
)
def test_a_foreign_call_is_refused_and_shown_to_staff(
    app: Flask, start: Start, queue: Redis, tmp_path: Path, name: str, reason: str
) -> None:
    folder = tmp_path / "made-by-the-queue"
    plant(
        queue,
        "planted",
        {
            "function": call("os.mkdir", str(folder)),
            "instance": call(JOB, 1, instance="os"),
            "arguments": call(JOB, str(folder)),
            "pickle": pickle.dumps(("os.mkdir", None, (Pickled(folder),), {})),
        }[name],
    )
    start("jobs", "letters")
    wait_until(lambda: scalar("SELECT count(*) FROM outbox_rows WHERE parked_at IS NOT NULL") == 1)
    assert scalar("SELECT last_error FROM outbox_rows WHERE kind = 'foreign_job'") == reason
    assert not folder.exists()


def test_callbacks_webhooks_and_retries_stored_with_a_job_are_ignored(
    app: Flask, start: Start, queue: Redis
) -> None:
    row_id = stage_many(1)[0]
    plant(
        queue,
        "with-callbacks",
        call(JOB, row_id),
        success_callback_name="tests.jobs.effects.leave_another_trace",
        failure_callback_name="tests.jobs.effects.leave_another_trace",
        stopped_callback_name="tests.jobs.effects.leave_another_trace",
        webhooks=json.dumps([{"url": "http://127.0.0.1:9/", "statuses": ["finished", "failed"]}]),
        retries_left="3",
        repeats_left="3",
    )
    start("jobs", "letters")
    wait_until(lambda: pending() == 0)
    stored = Job.key_for("with-callbacks")
    wait_until(lambda: not queue.exists(stored))
    assert traces() == {"effect-0": 1}


def test_an_unreadable_entry_does_not_stop_the_worker(app: Flask, start: Start, queue: Redis) -> None:
    plant(queue, "bad-status", call(JOB, 1), status="no such status")
    plant(queue, "bad-date", call(JOB, 1), created_at="the day before yesterday")
    queue.lpush("rq:queue:letters", "no job id at all: ../..")
    row_id = stage_many(1)[0]
    worker = start("jobs", "letters")
    Bell(queue).ring([Ring(row_id, KIND, "letters", 1)])
    wait_until(lambda: pending() == 0)
    assert worker.poll() is None


def test_a_row_of_another_kind_is_not_touched(app: Flask) -> None:
    row_id = stage_many(1)[0]
    assert outbox.handle(row_id, "issue_letter", _never) == outbox.Outcome.SKIPPED
    assert (traces(), pending()) == ({}, 1)


def _never(payload: object) -> None:
    pytest.fail("a row of another kind was carried out")
