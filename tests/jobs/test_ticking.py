"""What happens by the clock happens once a period, however many tickers are alive."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from fundapp import outbox
from fundapp.extensions import db
from fundapp.services import parked, schedule
from fundapp.services.schedule import Task
from fundapp.transaction import transaction
from tests.jobs.conftest import scalar
from tests.jobs.staged import stage_many

HOURLY = Task(timedelta(hours=1), "tests.jobs.test_ticking.note_the_period")
PERIODS = 200


def note_the_period(period: datetime) -> None:
    """The work of the scheduled task in these tests."""
    db.session.execute(text("INSERT INTO traces (key) VALUES (:key)"), {"key": period.isoformat()})


@pytest.fixture(autouse=True)
def one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """One scheduled task and no others."""
    monkeypatch.setattr(schedule, "TASKS", {"hourly": HOURLY})


def move_clock(hours: int) -> None:
    """Let the clock of a demo stand that many hours on."""
    with transaction():
        db.session.execute(
            text("UPDATE installation SET is_demo = true, clock_offset = make_interval(hours => :hours)"),
            {"hours": hours},
        )


def test_three_tickers_stage_each_period_once(app: Flask) -> None:
    begin, end = threading.Barrier(4), threading.Barrier(4)
    staged: Counter[str] = Counter()

    def tick_each_period() -> None:
        with app.app_context():
            for _ in range(PERIODS):
                begin.wait()
                staged.update(schedule.tick())
                end.wait()

    tickers = [threading.Thread(target=tick_each_period) for _ in range(3)]
    for ticker in tickers:
        ticker.start()
    for period in range(PERIODS):
        move_clock(period)
        begin.wait()
        end.wait()
    for ticker in tickers:
        ticker.join()
    assert staged == {"hourly": PERIODS}
    assert scalar("SELECT count(DISTINCT business_key) FROM outbox_rows") == PERIODS


def test_a_second_tick_in_the_same_period_stages_nothing(app: Flask) -> None:
    assert [schedule.tick(), schedule.tick()] == [["hourly"], []]


def test_the_task_runs_with_the_first_instant_of_its_period(app: Flask) -> None:
    schedule.tick()
    row_id = int(str(scalar("SELECT id FROM outbox_rows")))
    assert outbox.handle(row_id, schedule.EFFECT, schedule.fulfil) == outbox.Outcome.DONE
    assert outbox.handle(row_id, schedule.EFFECT, schedule.fulfil) == outbox.Outcome.SKIPPED
    assert scalar("SELECT string_agg(key, ',') FROM traces") == scalar(
        "SELECT payload->>'period' FROM outbox_rows"
    )


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2027, 3, 28, 1, 59, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (datetime(2027, 3, 28, 2, 0, 0, tzinfo=UTC), datetime(2027, 3, 28, 2, tzinfo=UTC)),
    ],
)
def test_a_period_begins_at_the_same_instant_everywhere(now: datetime, start: datetime) -> None:
    assert schedule.period_start(timedelta(hours=1), now) == start


def test_a_task_without_its_function_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(schedule.TASKS, "lost", Task(timedelta(hours=1), "fundapp.services.nowhere.run"))
    assert schedule.unknown_functions() == ["lost"]


def test_a_parked_row_is_tried_again_when_somebody_says_so(app: Flask) -> None:
    row_id = stage_many(1)[0]
    with transaction():
        db.session.execute(text("UPDATE outbox_rows SET parked_at = now(), attempts = 3"))
    parked.retry(row_id)
    assert scalar("SELECT (parked_at IS NULL) AND attempts = 0 FROM outbox_rows") is True
    with pytest.raises(parked.NotParked, match=f"row {row_id} is not parked"):
        parked.retry(row_id)
