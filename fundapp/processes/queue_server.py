"""How the processes reach the queue server: with time limits, so that a hung one is noticed."""

import time

import structlog
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Slow

from fundapp.config import Settings, SettingsError

RETRY_SECONDS = 2.0

log = structlog.get_logger(__name__)


def connect(settings: Settings) -> Redis:
    """A connection to the configured queue server; it is opened at the first command."""
    if settings.redis_url is None:
        raise SettingsError(["REDIS_URL is missing and no private queue was started"])
    connection: Redis = Redis.from_url(
        settings.redis_url, socket_connect_timeout=3, socket_timeout=10, health_check_interval=30
    )
    return connection


def wait_for(connection: Redis) -> None:
    """Return when the queue server answers; say once that it does not."""
    said = False
    while True:
        try:
            connection.ping()
            return
        except (Unreachable, Slow) as error:
            if not said:
                log.error("queue_unreachable", error=str(error)[:300])
                said = True
            time.sleep(RETRY_SECONDS)
