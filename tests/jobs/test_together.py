"""Rows that one job carries out together: each is done once, and several workers share what waits."""

import time
from datetime import timedelta

import psycopg
import pytest
from flask import Flask

from fundapp import clock, outbox
from fundapp.outbox import ROUTES, handling
from fundapp.outbox.handling import Outcome
from fundapp.transaction import transaction
from tests.jobs.conftest import Start, scalar, wait_until
from tests.jobs.effects import GROUPED_KIND, fulfil
from tests.jobs.staged import pending, stage_many, traces

LONG_LEASE = {"FUNDAPP_OUTBOX_LEASE_SECONDS": "60"}


def test_one_job_carries_out_a_whole_group(app: Flask, start: Start) -> None:
    start("relay")
    start("jobs", "letters")
    stage_many(5, kind=GROUPED_KIND)
    wait_until(lambda: pending() == 0)
    assert traces() == {f"effect-{number}": 1 for number in range(5)}
    assert scalar("SELECT sum(rings) FROM outbox_rows") == 1
    assert scalar("SELECT max(attempts) FROM outbox_rows") == 1


def test_a_row_held_until_later_is_not_carried_out_with_the_others(app: Flask, start: Start) -> None:
    with transaction():
        release = clock.now() + timedelta(seconds=30)
        outbox.stage(GROUPED_KIND, "held", {"key": "held"}, release)
    stage_many(3, kind=GROUPED_KIND)
    start("jobs", "letters", **LONG_LEASE)
    start("relay", **LONG_LEASE)
    wait_until(lambda: pending() == 1)
    time.sleep(1)
    assert traces() == {f"effect-{number}": 1 for number in range(3)}
    assert scalar("SELECT attempts FROM outbox_rows WHERE business_key = 'held'") == 0


def test_two_workers_share_the_groups_and_nothing_waits_for_a_lease(app: Flask, start: Start) -> None:
    workers = [start("jobs", "letters", **LONG_LEASE) for _ in range(2)]
    stage_many(24, kind=GROUPED_KIND, seconds=0.1, tell=True)
    start("relay", **LONG_LEASE)
    wait_until(lambda: pending() == 0)
    done_by = [key.rsplit(" ", 1)[1] for key in traces()]
    assert len(done_by) == 24
    assert set(done_by) == {str(worker.pid) for worker in workers}


def test_a_job_whose_own_row_is_done_already_carries_out_as_many_others(app: Flask) -> None:
    first, *others = stage_many(8, kind=GROUPED_KIND)
    assert outbox.handle(first, GROUPED_KIND, fulfil) == Outcome.DONE
    assert outbox.handle_together(first, GROUPED_KIND, fulfil) == Outcome.SKIPPED
    assert pending() == len(others) - ROUTES[GROUPED_KIND].together
    assert set(traces().values()) == {1}


def test_a_turn_lost_to_a_quicker_worker_is_given_to_the_next_row(
    app: Flask, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = stage_many(8, kind=GROUPED_KIND)
    begin_next = handling._begin_next
    with psycopg.connect(environment["DATABASE_URL"]) as quicker:

        def begin_next_and_lose_the_second(kind: str) -> int | None:
            row_id = begin_next(kind)
            if row_id == second:
                quicker.execute("SELECT 1 FROM outbox_rows WHERE id = %s FOR UPDATE", [second])
            return row_id

        monkeypatch.setattr(handling, "_begin_next", begin_next_and_lose_the_second)
        assert outbox.handle_together(first, GROUPED_KIND, fulfil) == Outcome.DONE
    assert len(traces()) == ROUTES[GROUPED_KIND].together
    assert "effect-1" not in traces()


def test_a_worker_makes_ready_once_and_its_forks_inherit_that(app: Flask, start: Start) -> None:
    start("relay")
    worker = start("jobs", "letters")
    stage_many(2, kind=GROUPED_KIND, tell=True)
    wait_until(lambda: pending() == 0)
    assert set(traces()) == {f"effect-{number} [{worker.pid}] {worker.pid}" for number in range(2)}
