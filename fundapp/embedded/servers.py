"""Both private servers of a home, shared by every process of the project: the last one out stops them."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from fundapp.config import Settings
from fundapp.embedded import keeper
from fundapp.embedded.places import far_home, settle
from fundapp.embedded.postgres import PostgresServer
from fundapp.embedded.valkey import ValkeyServer

DATABASE = "fundapp"
HOME = "servers"
MEMORY = Path("/dev/shm")  # noqa: S108 (mkdtemp makes a private folder)
MEMORY_NEEDED = 4 * 1024**3


class Servers:
    """A claim on the private servers of a home; they run as long as any process holds one.

    The claim is a shared lock the kernel takes back when the process ends, so a killed process leaves nothing
    running: a small keeper process waits for the last claim to go.
    """

    def __init__(self, home: Path, *, durable: bool = True, throw_away: bool = False) -> None:
        place = settle(home)
        self.home = place.home
        self._copied = place.postgres.is_relative_to(far_home())
        self._elsewhere = self.home != home.expanduser().resolve()
        if self._elsewhere and throw_away:
            home.rmdir()
        self.throw_away = throw_away
        self.postgres = PostgresServer(self.home, durable=durable)
        self.valkey = ValkeyServer(self.home, durable=durable)
        self._claim: tuple[IO[str], ...] = ()
        self._claimant = os.getpid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.release()

    def claim(self) -> None:
        """Keep whatever runs in this home running, without starting anything."""
        with keeper.gate(self.home):
            self._take()

    def start(self, *, postgres: bool = True, valkey: bool = True) -> None:
        """Start what does not run yet; servers that another process has started are shared."""
        self._say_where()
        with keeper.gate(self.home):
            self._take()
            if postgres:
                self.postgres.start()
            if valkey:
                self.valkey.start()

    def release(self) -> None:
        """Give the claim back, and stop the servers when it was the last one.

        Only the process that took the claim can: a forked child that leaves must not end it for its parent.
        """
        if not self._claim or self._claimant != os.getpid():
            return
        with keeper.gate(self.home):
            for lock in self._claim:
                fcntl.flock(lock, fcntl.LOCK_UN)
                lock.close()
            self._claim = ()
            keeper.stop_if_last(self.home, self.throw_away)

    def environment(self, database: str = DATABASE, queue: int = 0) -> dict[str, str]:
        """The variables that point another process of the project at these servers."""
        return {
            "DATABASE_URL": self.postgres.url("app", database),
            "DATABASE_URL_MIGRATOR": self.postgres.url("migrator", database),
            "DATABASE_URL_WORKER": self.postgres.url("worker", database),
            "REDIS_URL": self.valkey.url(queue),
        }

    def _say_where(self) -> None:
        """Name the folders we made outside the project; `make clean` removes them."""
        if self._elsewhere and not self.throw_away:
            print(
                f"fundapp: the private servers live in {self.home}, for only root can enter here",
                file=sys.stderr,
            )
        elif self._copied:
            print(
                f"fundapp: a copy of the private servers is in {far_home()}, for only root can enter here",
                file=sys.stderr,
            )

    def _take(self) -> None:
        if not self._claim:
            self._claim = keeper.locks(self.home)
            self._claimant = os.getpid()
            for lock in self._claim:
                fcntl.flock(lock, fcntl.LOCK_SH)
        command = [sys.executable, "-I", "-S", keeper.__file__, str(self.home)]
        subprocess.run(
            command + ["--throw-away"] * self.throw_away,
            check=True,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )


def throw_away_home(*, durable: bool = False) -> Path:
    """A fresh folder for servers that leave nothing behind; another account may pass through it, not look.

    It lies in memory, unless it is to be as durable as in production, or there is no room.
    """
    in_memory = not durable and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED
    home = Path(tempfile.mkdtemp(prefix="fundapp-", dir=MEMORY if in_memory else None))
    home.chmod(0o711)
    return home


@contextmanager
def provided(settings: Settings) -> Iterator[Settings]:
    """Settings with a database and a queue: the configured ones, else private ones while this lasts."""
    if settings.database_url and settings.redis_url:
        yield settings
        return
    servers = Servers(settings.var / HOME)
    try:
        servers.start(postgres=settings.database_url is None, valkey=settings.redis_url is None)
        yield settings.model_copy(update=_missing(settings, servers))
    finally:
        servers.release()


def _missing(settings: Settings, servers: Servers) -> dict[str, str]:
    found: dict[str, str] = {}
    if settings.database_url is None:
        if DATABASE not in servers.postgres.databases():
            servers.postgres.create_database(DATABASE)
        found["database_url"] = servers.postgres.url("app", DATABASE)
        found["database_url_migrator"] = servers.postgres.url("migrator", DATABASE)
        found["database_url_worker"] = servers.postgres.url("worker", DATABASE)
    if settings.redis_url is None:
        found["redis_url"] = servers.valkey.url()
    return found
