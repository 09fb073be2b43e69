"""The queue may forget everything at any time: the relay rings again, and never twice for nothing."""

import time
from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from sqlalchemy import text

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox.bell import Bell, Ring
from fundapp.outbox.policy import Policy
from fundapp.outbox.relaying import relay
from fundapp.transaction import transaction
from tests.jobs.conftest import scalar
from tests.jobs.effects import KIND
from tests.jobs.staged import pending, stage_many

POLICY = Policy(lease=timedelta(seconds=2), attempts=3)


def waiting(queue: Redis) -> int:
    """How many jobs the letters queue holds."""
    return len(Bell(queue).waiting(["letters"]))


def test_a_due_row_is_rung_once_while_it_waits(app: Flask, queue: Redis) -> None:
    row_id = stage_many(1)[0]
    bell = Bell(queue)
    assert relay(bell, POLICY) == 1
    assert bell.waiting(["letters"]) == {f"leave_a_trace-{row_id}-1"}
    time.sleep(2.1)
    assert relay(bell, POLICY) == 0
    assert bell.waiting(["letters"]) == {f"leave_a_trace-{row_id}-1"}


def test_a_ring_that_was_lost_is_repeated_after_the_lease(app: Flask, queue: Redis) -> None:
    row_id = stage_many(1)[0]
    bell = Bell(queue)
    relay(bell, POLICY)
    queue.delete(bell.queue("letters").key)
    assert relay(bell, POLICY) == 0
    time.sleep(2.1)
    assert relay(bell, POLICY) == 1
    assert bell.waiting(["letters"]) == {f"leave_a_trace-{row_id}-2"}


def test_a_flush_puts_five_thousand_rows_back_within_five_seconds(app: Flask, queue: Redis) -> None:
    """Seconds of this process's own: other tests share its cores, and alone it takes little more."""
    stage_many(5000)
    bell = Bell(queue)
    patient = Policy(lease=timedelta(hours=1), attempts=3)
    assert relay(bell, patient) == 5000
    queue.flushall()
    began = time.process_time()
    assert relay(bell, patient) == 5000
    assert time.process_time() - began <= 4.0
    assert waiting(queue) == 5000
    assert pending() == 5000


def test_a_flush_does_not_bring_forward_what_is_held(app: Flask, queue: Redis) -> None:
    with transaction():
        outbox.stage(KIND, "later", {"key": "later"}, not_before=_in_an_hour())
    bell = Bell(queue)
    assert relay(bell, POLICY) == 0
    queue.flushall()
    assert relay(bell, POLICY) == 0
    assert waiting(queue) == 0


def test_a_row_that_a_worker_holds_is_passed_over(app: Flask, queue: Redis) -> None:
    stage_many(2)
    with db.engine.begin() as other:
        other.execute(text("SELECT id FROM outbox_rows WHERE business_key = 'effect-0' FOR UPDATE"))
        assert relay(Bell(queue), POLICY) == 1


def test_a_row_whose_runs_were_all_cut_short_is_parked(app: Flask, queue: Redis) -> None:
    row_id = stage_many(1)[0]
    with transaction():
        db.session.get_one(OutboxRow, row_id).attempts = 3
    assert relay(Bell(queue), POLICY) == 0
    row = db.session.get_one(OutboxRow, row_id)
    assert (row.parked_at is not None, row.last_error) == (True, "every run was cut short")


def test_a_row_no_job_is_known_for_is_parked(app: Flask, queue: Redis) -> None:
    row_id = stage_many(1)[0]
    with transaction():
        db.session.get_one(OutboxRow, row_id).kind = "from_a_newer_version"
    assert relay(Bell(queue), POLICY) == 0
    assert scalar("SELECT last_error FROM outbox_rows") == "no job is known for from_a_newer_version"


class QuickWorker(Bell):
    """A queue whose worker is at the row before the relay has drawn breath."""

    found_free: bool = False

    def ring(self, rings: Collection[Ring]) -> None:
        """Take the row as a worker would, at the very moment of the ring."""
        with db.engine.begin() as worker:
            row = worker.execute(text("SELECT id FROM outbox_rows FOR UPDATE SKIP LOCKED")).all()
        self.found_free = len(row) == len(rings) == 1


def test_a_worker_that_is_quicker_than_the_relay_finds_the_row_free(app: Flask, queue: Redis) -> None:
    stage_many(1)
    bell = QuickWorker(queue)
    assert relay(bell, POLICY) == 1
    assert bell.found_free


class DeafQueue(Bell):
    """A queue that goes away between a look at it and the ring."""

    def ring(self, rings: Collection[Ring]) -> None:
        """Nobody hears."""
        raise Unreachable("the queue is gone")


def test_rows_the_queue_never_heard_of_are_due_at_once(app: Flask, queue: Redis) -> None:
    row_id = stage_many(1)[0]
    with pytest.raises(Unreachable):
        relay(DeafQueue(queue), POLICY)
    bell = Bell(queue)
    assert relay(bell, POLICY) == 1
    assert bell.waiting(["letters"]) == {f"leave_a_trace-{row_id}-2"}


def _in_an_hour() -> datetime:
    return clock.now() + timedelta(hours=1)
