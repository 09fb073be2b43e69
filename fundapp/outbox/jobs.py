"""The only jobs a worker will run: a routed function with one outbox row id, and nothing else.

Whoever can write to the queue server could otherwise name any function of any installed module, or a
callback or web address that is used after the job. All of it is dropped before the job is built.
"""

from collections.abc import Callable, Mapping
from typing import Any

from redis import Redis
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import JOB_ID_PATTERN, Job
from rq.utils import import_attribute

from fundapp.outbox.routes import ROUTES

KEPT_FIELDS = frozenset(
    {
        "created_at",
        "data",
        "description",
        "ended_at",
        "enqueued_at",
        "failure_ttl",
        "last_heartbeat",
        "origin",
        "result_ttl",
        "started_at",
        "status",
        "timeout",
        "worker_name",
    }
)


class ForeignJob(Exception):
    """Something on the queue that the relay did not put there."""


class OutboxJob(Job):
    """A job as the relay writes it; every other field of a stored job is ignored, whatever it says."""

    @classmethod
    def fetch(
        cls,
        id: str,  # noqa: A002 - RQ calls it so
        connection: Redis | None = None,
        serializer: Any = None,
    ) -> Job:
        """The stored job; an id that RQ would not give is no job, instead of a reason to stop working."""
        if not JOB_ID_PATTERN.fullmatch(id):
            raise NoSuchJobError("not a job id")
        return super().fetch(id, connection=connection, serializer=serializer)

    def restore(self, raw_data: Mapping[bytes | str, Any]) -> None:
        """Read back only the fields we write; an entry that cannot be read is no job."""
        kept = {key: value for key, value in raw_data.items() if _text(key) in KEPT_FIELDS}
        try:
            super().restore(kept)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise NoSuchJobError(f"unreadable job {self.id}") from error

    def perform(self) -> Any:
        """Run the routed function, or refuse."""
        self.check()
        return super().perform()

    def check(self) -> None:
        """Raise `ForeignJob` unless this is a routed function called with one row id."""
        try:
            name, instance, args, kwargs = self.func_name, self.instance, self.args, self.kwargs
        except DeserializationError as error:
            raise ForeignJob("its call is not plain JSON") from error
        if name not in {route.job for route in ROUTES.values()}:
            raise ForeignJob(f"the function {str(name)[:200]!r} is not on the list")
        if instance or kwargs or len(args) != 1 or type(args[0]) is not int:
            raise ForeignJob(f"{name} takes one row id and nothing else")

    @property
    def func(self) -> Callable[[int], Any]:
        """The routed function; never anything else."""
        self.check()
        routed: Callable[[int], Any] = import_attribute(str(self.func_name))
        return routed

    @property
    def success_callback(self) -> None:
        """None: no name stored with a job is ever called."""
        return None

    @property
    def failure_callback(self) -> None:
        """None: no name stored with a job is ever called."""
        return None

    @property
    def stopped_callback(self) -> None:
        """None: no name stored with a job is ever called."""
        return None


def _text(key: bytes | str) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key
