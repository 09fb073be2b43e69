"""The relay: hears of promised work at commit and tells the queue; sweeps for what it did not hear of."""

import psycopg
from flask import Flask
from sqlalchemy.exc import OperationalError

from fundapp import installed
from fundapp.extensions import db
from fundapp.outbox.bell import Bell
from fundapp.outbox.policy import Policy
from fundapp.outbox.relaying import relay
from fundapp.outbox.staging import CHANNEL
from fundapp.processes import queue_server
from fundapp.processes.loop import Loop, stop_signal


class Ear:
    """A database connection that hears the NOTIFY of each commit; opened again when it is lost."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection | None = None

    def open(self) -> None:
        """Listen from now on, so that no commit after this instant is missed."""
        if self._connection is not None and not self._connection.closed:
            return
        url = db.engine.url.set(drivername="postgresql")
        try:
            self._connection = psycopg.connect(
                url.render_as_string(hide_password=False), autocommit=True, connect_timeout=5
            )
            self._connection.execute(f"LISTEN {CHANNEL}")
        except psycopg.OperationalError as error:
            raise _lost(error) from error

    def wait(self, seconds: float) -> None:
        """Return at the next NOTIFY, or when the time is over."""
        if self._connection is None:
            raise RuntimeError("an ear must be opened before it can wait")
        try:
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.OperationalError as error:
            self.close()
            raise _lost(error) from error

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def run(app: Flask) -> None:
    """Relay until told to stop; while the queue or the database is away, wait and say so."""
    ear = Ear()
    with app.app_context():
        settings = installed.settings()
    bell = Bell(queue_server.connect(settings))
    policy = Policy.of(settings)

    def step() -> None:
        ear.open()
        relay(bell, policy)

    def pause() -> None:
        ear.wait(settings.relay_sweep_seconds)

    Loop(app, "relay", stop_signal()).run(step, pause)
    ear.close()


def _lost(error: psycopg.OperationalError) -> OperationalError:
    return OperationalError(f"LISTEN {CHANNEL}", None, error)
