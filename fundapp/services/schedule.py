"""What happens by the clock: each task once a period, however many tickers run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pkgutil import resolve_name
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.health import ScheduledTask
from fundapp.transaction import transaction

EFFECT = "scheduled_task"
LOCK = 7_214_553_001
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something done once a period: the dotted path of a function that takes the period's first instant.

    The function runs in a worker's transaction, so it may not call public service verbs; for work on
    many cases it stages one effect a case.
    """

    period: timedelta
    function: str


TASKS: dict[str, Task] = {
    "carry_bids_forward": Task(timedelta(minutes=1), "fundapp.services.submissions.carry_forward"),
    "remind_of_drafts": Task(timedelta(minutes=5), "fundapp.services.reminders.remind_by_clock"),
    "propose_extensions": Task(timedelta(minutes=5), "fundapp.services.proposing.propose_by_clock"),
    "let_approvals_take_effect": Task(timedelta(minutes=1), "fundapp.services.approvals.approve_by_clock"),
    "let_offers_lapse": Task(timedelta(minutes=5), "fundapp.services.awards.lapse_by_clock"),
    "forget_unfinished_uploads": Task(timedelta(hours=1), "fundapp.services.unfinished.forget_by_clock"),
    "forget_old_minutes": Task(timedelta(hours=1), "fundapp.services.service_minutes.forget_by_clock"),
    "anchor_the_record": Task(timedelta(hours=1), "fundapp.services.anchors.anchor_by_clock"),
}


@transaction()
def tick() -> list[str]:
    """Stage every task whose period has begun and name the tasks staged.

    In order: the ticker's advisory lock is taken, or another ticker is at work and nothing is done;
    each due task becomes one outbox row keyed by its name and period; its last run is written down.
    """
    if not db.session.execute(select(func.pg_try_advisory_xact_lock(LOCK))).scalar_one():
        return []
    last_runs = {row.name: row.last_run_at for row in db.session.scalars(select(ScheduledTask))}
    due = [name for name, task in TASKS.items() if _is_due(task, last_runs.get(name))]
    for name in due:
        _stage(name, period_start(TASKS[name].period, clock.now()))
    return due


def fulfil(payload: Mapping[str, Any]) -> None:
    """Run one task for one period, inside the worker's transaction."""
    task = TASKS.get(payload["task"])
    if task is None:
        raise outbox.CannotSucceed(f"there is no scheduled task {payload['task']}")
    resolve_name(task.function)(datetime.fromisoformat(payload["period"]))


def unknown_functions() -> list[str]:
    """The tasks whose function cannot be found: none, or the ticker refuses to start."""
    return [name for name, task in TASKS.items() if not _resolves(task.function)]


def period_start(period: timedelta, now: datetime) -> datetime:
    """The first instant of the period that `now` lies in; the same on every machine."""
    return now - (now - EPOCH) % period


def _is_due(task: Task, last_run_at: datetime | None) -> bool:
    return last_run_at is None or last_run_at < period_start(task.period, clock.now())


def _stage(name: str, start: datetime) -> None:
    outbox.stage(EFFECT, f"{name}@{start.isoformat()}", {"task": name, "period": start.isoformat()})
    entry = insert(ScheduledTask).values(name=name, last_run_at=start)
    db.session.execute(
        entry.on_conflict_do_update(index_elements=["name"], set_={"last_run_at": entry.excluded.last_run_at})
    )


def _resolves(path: str) -> bool:
    try:
        return callable(resolve_name(path))
    except (ImportError, AttributeError):
        return False
