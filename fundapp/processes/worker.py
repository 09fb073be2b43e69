"""A worker on one queue: runs each job in a fork of a process that has everything imported already."""

import gc
import signal
import threading
from collections.abc import Callable
from resource import struct_rusage
from time import monotonic
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import DeserializationError
from rq.job import Job
from rq.utils import import_attribute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fundapp import installed
from fundapp.extensions import db
from fundapp.outbox.bell import NO_RESULT, open_queue
from fundapp.outbox.handling import WorkerDied, record_failure, record_foreign, rehearse
from fundapp.outbox.jobs import ForeignJob, OutboxJob
from fundapp.outbox.routes import QUEUES, ROUTES
from fundapp.processes import heartbeat, queue_server
from fundapp.processes.lifeline import START_ANEW, die_with
from fundapp.processes.loop import stop_signal

MAINTENANCE_SECONDS = 60
MONITORING_SECONDS = 10
WORKER_TTL = 45
MISHAP = 1

log = structlog.get_logger(__name__)


class UnknownQueue(ValueError):
    """There is no queue of this name."""


class OneQueueWorker(Worker):
    """RQ's forking worker with our rules: one queue, allow-listed jobs, no orphans, signs of life."""

    log_result_lifespan = False
    max_connection_wait_time = 5.0

    def __init__(self, app: Flask, queue: Queue, connection: Redis, outage: queue_server.Outage) -> None:
        super().__init__(
            [queue],
            connection=connection,
            job_class=OutboxJob,
            serializer=queue.serializer,
            default_result_ttl=NO_RESULT,
            maintenance_interval=MAINTENANCE_SECONDS,
            job_monitoring_interval=MONITORING_SECONDS,
            worker_ttl=WORKER_TTL,
            log_job_description=False,
            work_horse_killed_handler=self.horse_died,
            exception_handlers=[self.refused],
        )
        self._app = app
        self._role = f"jobs:{queue.name}"
        self._last_beat = 0.0
        self._outage = outage
        self.log.addFilter(outage)

    @property
    def told_to_stop(self) -> bool:
        """Whether somebody asked this worker to end, so that ending is no mishap."""
        return self._shutdown_requested_date is not None

    def make_ready(self) -> None:
        """Do once what every fork would otherwise do again, and keep its memory shared with them."""
        for route in ROUTES.values():
            if route.queue == self.queues[0].name:
                import_attribute(route.job)
                if route.ready:
                    import_attribute(route.ready)()
        self._in_database(rehearse)
        gc.collect()
        gc.freeze()

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the fork: die with the parent, share none of its database connections, then run the job."""
        die_with(self.pid or 0, signal.SIGKILL)
        with self._app.app_context():
            db.engine.dispose(close=False)
            super().main_work_horse(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Tell the queue server that this worker lives, and from time to time the database too."""
        super().heartbeat(timeout, pipeline)
        self._outage.ended()
        if not self._is_horse and monotonic() - self._last_beat > heartbeat.EVERY_SECONDS:
            self._last_beat = monotonic()
            self._in_database(lambda: heartbeat.beat(self._role))

    def horse_died(
        self, job: Job, _pid: int | None, status: int | None, _usage: struct_rusage | None
    ) -> None:
        """Count the run that was cut short, so that its row is tried again soon and not after the lease."""
        call = job.args
        if len(call) == 1 and type(call[0]) is int:
            row_id = call[0]
            error = WorkerDied(f"the process doing the work ended with status {status}")
            self._in_database(lambda: record_failure(row_id, error))

    def refused(self, job: Job, *error: Any) -> bool:
        """Park something foreign where staff see it; every other error has been recorded by its row."""
        if isinstance(error[1], ForeignJob | DeserializationError):
            reason = str(error[1]) or "its call is not plain JSON"
            log.error("foreign_job_refused", job=job.id, reason=reason)
            record_foreign(self.queues[0].name, job.id, reason)
        return True

    def _in_database(self, work: Callable[[], None]) -> None:
        """Do something small in the database and leave no connection open for a fork to inherit."""
        with self._app.app_context():
            try:
                work()
            except (DBAPIError, PoolTimeout) as error:
                log.error("database_unreachable", role=self._role, error=str(error)[:300])
            finally:
                db.session.remove()
                db.engine.dispose()


def run(app: Flask, queue_name: str) -> int:
    """Work on this queue until told to stop: 0 then, `START_ANEW` after an outage, 1 after any other mishap.

    An idle worker reconnects by itself. RQ cannot go on where it lost the queue server at anything else: the
    process then waits until it answers, and whoever supervises it starts a fresh one, with nothing to say.
    """
    if queue_name not in QUEUES:
        raise UnknownQueue(f"there is no queue {queue_name}; the queues are {', '.join(QUEUES)}")
    with app.app_context():
        settings = installed.settings()
    connection, outage = queue_server.connect(settings), queue_server.Outage()
    outage.wait_out(connection, threading.Event())
    worker = OneQueueWorker(app, open_queue(queue_name, connection), connection, outage)
    worker.make_ready()
    try:
        worker.work(logging_level="WARNING")
    except RedisError as error:
        outage.began(error)
    if worker.told_to_stop:
        return 0
    return _after_outage(connection, outage) if outage.lasts else MISHAP


def _after_outage(connection: Redis, outage: queue_server.Outage) -> int:
    stop = stop_signal()
    outage.wait_out(connection, stop)
    return 0 if stop.is_set() else START_ANEW
