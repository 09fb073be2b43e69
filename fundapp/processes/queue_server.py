"""How the processes reach the queue server: with time limits, so that a hung one is noticed."""

import logging
import sys
import threading

import structlog
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Slow

from fundapp.config import Settings, SettingsError

RETRY_SECONDS = 2.0
LOST = (Unreachable, Slow)
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


class Outage(logging.Filter):
    """Says once that the queue server is away and once that it is back, however often a process notices.

    As a filter it takes the place of what RQ says of it, again and again, without the setting's name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lasts = False
        self._speaker = threading.get_native_id()

    def began(self, error: object) -> None:
        """The queue server does not answer."""
        if not self.lasts:
            log.error("queue_unreachable", setting="REDIS_URL", error=str(error)[:300], meanwhile=MEANWHILE)
        self.lasts = True

    def ended(self) -> None:
        """The queue server answers."""
        if self.lasts:
            log.warning("queue_answers_again", setting="REDIS_URL")
        self.lasts = False

    def wait_out(self, connection: Redis, stop: threading.Event) -> None:
        """Return when the queue server answers, or when told to stop; say it if it does not."""
        while not stop.is_set():
            try:
                connection.ping()
            except LOST as error:
                self.began(error)
                stop.wait(RETRY_SECONDS)
            else:
                self.ended()
                return

    def filter(self, _record: logging.LogRecord) -> bool:
        """Keep back what RQ says while it handles a lost connection.

        Its second thread and its forks lose theirs at the same time as the worker, who speaks for them.
        """
        error = sys.exc_info()[1]
        if not isinstance(error, LOST):
            return True
        if threading.get_native_id() == self._speaker:
            self.began(error)
        return False
