"""How the processes reach the queue server: with time limits, so that a hung one is noticed."""

import logging
import threading

import structlog
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Slow

from fundapp.config import Settings, SettingsError

RETRY_SECONDS = 2.0
MEANWHILE = "pages go on, promised work waits"

log = structlog.get_logger(__name__)


def connect(settings: Settings) -> Redis:
    """A connection to the configured queue server; it is opened at the first command."""
    if settings.redis_url is None:
        raise SettingsError(["REDIS_URL is missing and no private queue was started"])
    connection: Redis = Redis.from_url(
        settings.redis_url, socket_connect_timeout=3, socket_timeout=10, health_check_interval=30
    )
    return connection


def wait_for(connection: Redis, stop: threading.Event) -> None:
    """Return when the queue server answers, or when told to stop; say once that it does not."""
    outage = Outage()
    while not stop.is_set():
        try:
            connection.ping()
        except (Unreachable, Slow) as error:
            outage.began(error)
            stop.wait(RETRY_SECONDS)
        else:
            outage.ended()
            return


class Outage(logging.Filter):
    """Says once that the queue server is away and once that it is back, whoever notices and however often.

    As a filter it takes the place of what RQ says of it, every other second, without the setting's name.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lasts = False

    def began(self, error: object) -> None:
        """The queue server does not answer."""
        if not self._lasts:
            log.error("queue_unreachable", setting="REDIS_URL", error=str(error)[:300], meanwhile=MEANWHILE)
        self._lasts = True

    def ended(self) -> None:
        """The queue server answers."""
        if self._lasts:
            log.warning("queue_answers_again", setting="REDIS_URL")
        self._lasts = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep back what a worker of RQ says of the connection it lost."""
        if "could not connect to Redis" not in record.msg:
            return True
        self.began(record.getMessage())
        return False
