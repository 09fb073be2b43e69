"""Says that a process is alive, in a row that `fundapp doctor` and the admin page read."""

import os
import socket

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from fundapp.extensions import db
from fundapp.models.health import Heartbeat
from fundapp.transaction import transaction

EVERY_SECONDS = 15


def name_of(role: str) -> str:
    """This process among all others, on all hosts."""
    return f"{role}@{socket.gethostname()}:{os.getpid()}"


@transaction()
def beat(role: str) -> None:
    """Write down that this process is alive now."""
    entry = insert(Heartbeat).values(process=name_of(role), role=role, started_at=func.now(), at=func.now())
    db.session.execute(
        entry.on_conflict_do_update(index_elements=["process"], set_={"at": entry.excluded.at})
    )


@transaction()
def leave(role: str) -> None:
    """Take the row away when the process ends as it should; a killed one leaves a stale row behind."""
    db.session.execute(delete(Heartbeat).where(Heartbeat.process == name_of(role)))
