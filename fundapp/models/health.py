"""Signs of life: when each process last reported, and when each scheduled task last ran."""

from datetime import datetime

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
    """The last period a task of the ticker was staged for: once a period, whoever ticks."""

    __tablename__ = "scheduled_tasks"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_run_at: Mapped[datetime]
