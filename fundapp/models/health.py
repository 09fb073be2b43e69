"""Signs of life: when each process reported, how each minute was answered, when each task last ran."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class Heartbeat(Model):
    """The last time a process said it was alive, by the machine's clock, which no demo moves."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    started_at: Mapped[datetime]
    at: Mapped[datetime]


class ServiceMinute(Model):
    """What all web processes together answered in one minute of the machine's clock; a silent one has no row.

    A slow answer took longer than `outages.SLOW`; a failed one was an error of ours.
    """

    __tablename__ = "service_minutes"
    __table_args__ = (
        CheckConstraint(
            "slow >= 0 AND failed >= 0 AND slow + failed <= answers", name="parts_of_the_answers"
        ),
    )

    at: Mapped[datetime] = mapped_column(primary_key=True)
    answers: Mapped[int]
    slow: Mapped[int]
    failed: Mapped[int]


class ScheduledTask(Model):
    """The last period a task of the ticker was staged for: once a period, whoever ticks."""

    __tablename__ = "scheduled_tasks"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_run_at: Mapped[datetime]
