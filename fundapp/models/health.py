"""Signs of life: when each process last reported, and when each scheduled task last ran."""

from datetime import datetime

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class Heartbeat(Model):
    """The last time a process said it was alive, by the machine's clock, which no demo moves."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    started_at: Mapped[datetime]
    at: Mapped[datetime]


class ScheduledTask(Model):
    """When a task of the ticker last ran: the row that makes a task run once a period, whoever ticks."""

    __tablename__ = "scheduled_tasks"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures_not_negative"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    last_run_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None]
