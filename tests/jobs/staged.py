"""Stages test effects and counts what became of them."""

from collections import Counter

from sqlalchemy import text

from fundapp import outbox
from fundapp.extensions import db
from fundapp.transaction import transaction
from tests.jobs.conftest import scalar
from tests.jobs.effects import KIND


def stage_many(count: int, *, kind: str = KIND, prefix: str = "effect", **payload: object) -> list[int]:
    """Stage that many effects in one transaction and return their row ids."""
    with transaction():
        return [
            outbox.stage(kind, f"{prefix}-{number}", {"key": f"{prefix}-{number}", **payload})
            for number in range(count)
        ]


def pending() -> int:
    """Rows that are neither done nor parked."""
    return int(str(scalar("SELECT count(*) FROM outbox_rows WHERE done_at IS NULL AND parked_at IS NULL")))


def traces() -> Counter[str]:
    """How often each effect took place."""
    try:
        return Counter(db.session.execute(text("SELECT key FROM traces")).scalars())
    finally:
        db.session.rollback()
