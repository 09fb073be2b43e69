"""An effect that exists only in the tests: each run that commits leaves one row, so a second one shows."""

import os
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from fundapp import outbox
from fundapp.extensions import db
from fundapp.outbox import ROUTES, Route

KIND = "leave_a_trace"
OTHER_KIND = "leave_another_trace"
GROUPED_KIND = "leave_traces_together"
KINDS = (KIND, OTHER_KIND, GROUPED_KIND)

READY: list[int] = []


def register() -> None:
    """Route the test effects, on two queues."""
    ROUTES[KIND] = Route("letters", "tests.jobs.effects.leave_a_trace", seconds=20)
    ROUTES[OTHER_KIND] = Route("notices", "tests.jobs.effects.leave_another_trace", seconds=20)
    ROUTES[GROUPED_KIND] = Route(
        "letters",
        "tests.jobs.effects.leave_traces_together",
        together=6,
        ready="tests.jobs.effects.make_ready",
    )


def make_ready() -> None:
    """What a worker does once: here, a name that its forks inherit."""
    READY.append(os.getpid())


def leave_a_trace(row_id: int) -> str:
    """The job of the first kind."""
    return outbox.handle(row_id, KIND, fulfil)


def leave_another_trace(row_id: int) -> str:
    """The job of the second kind."""
    return outbox.handle(row_id, OTHER_KIND, fulfil)


def leave_traces_together(row_id: int) -> str:
    """The job of the grouped kind."""
    return outbox.handle_together(row_id, GROUPED_KIND, fulfil)


def fulfil(payload: Mapping[str, Any]) -> None:
    """Leave a trace, telling who made ready where asked; take as long as asked, and fail when asked to."""
    key = f"{payload['key']} {READY} {os.getppid()}" if payload.get("tell") else payload["key"]
    db.session.execute(text("INSERT INTO traces (key) VALUES (:key)"), {"key": key})
    time.sleep(float(payload.get("seconds", 0)))
    if payload.get("poison"):
        raise RuntimeError("this one never works")
