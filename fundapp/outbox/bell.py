"""The queue, used only as a wake-up bell: it may lose anything at any time, and nothing is lost.

Jobs carry the id of an outbox row and nothing else. No retries, callbacks, webhooks or dependencies:
the outbox row is the record, and the relay rings again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from redis import Redis
from rq import Queue
from rq.defaults import RQ_KEY_PREFIX
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

from fundapp.outbox.jobs import OutboxJob
from fundapp.outbox.routes import ROUTES

EPOCH_KEY = f"{RQ_KEY_PREFIX}:outbox-epoch"
FAILURE_TTL = 7 * 24 * 60 * 60
NO_RESULT = 0


@dataclass(frozen=True, slots=True)
class Ring:
    """One row's turn on the queue: its id and how often it was rung make the job's id."""

    row_id: int
    kind: str
    queue: str
    number: int

    @property
    def job_id(self) -> str:
        """The same for the same ring, so ringing twice is one job."""
        return f"{self.kind}-{self.row_id}-{self.number}"


class Bell:
    """What the relay needs of the queue server."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection
        self._queues: dict[str, Queue] = {}

    def remembers(self) -> bool:
        """Whether this is still the queue that was rung before; false after a flush or a replacement."""
        return bool(self._connection.exists(EPOCH_KEY))

    def begin_epoch(self) -> None:
        """Mark the queue, once every row it has lost is due again."""
        self._connection.set(EPOCH_KEY, 1, nx=True)

    def waiting(self, queues: Iterable[str]) -> frozenset[str]:
        """The job ids still waiting in these queues: rows that need no second ring."""
        return frozenset(job_id for name in queues for job_id in self.queue(name).get_job_ids())

    def ring(self, rings: Collection[Ring]) -> None:
        """Put one job a ring on its queue, in one round trip a queue."""
        by_queue: dict[str, list[Ring]] = defaultdict(list)
        for ring in rings:
            by_queue[ring.queue].append(ring)
        for name, group in by_queue.items():
            queue = self.queue(name)
            queue.enqueue_many([_job(ring) for ring in group])

    def queue(self, name: str) -> Queue:
        """The queue of this name, with our serializer and our job class."""
        if name not in self._queues:
            self._queues[name] = open_queue(name, self._connection)
        return self._queues[name]


def open_queue(name: str, connection: Redis) -> Queue:
    """A queue whose jobs are JSON and of the allow-listed class."""
    return Queue(name, connection=connection, serializer=JSONSerializer, job_class=OutboxJob)


def _job(ring: Ring) -> EnqueueData:
    route = ROUTES[ring.kind]
    return Queue.prepare_data(
        route.job,
        args=(ring.row_id,),
        job_id=ring.job_id,
        timeout=route.seconds,
        result_ttl=NO_RESULT,
        failure_ttl=FAILURE_TTL,
        description=ring.job_id,
    )
