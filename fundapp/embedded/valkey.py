"""A private Valkey for the job queue: nothing is evicted, and what is queued survives a restart."""

import signal
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

import redis

from fundapp.embedded import keeper
from fundapp.embedded.accounts import EmbeddedError
from fundapp.embedded.places import settle, socket_folder

START_SECONDS = 30.0
DATABASES = 64


class ValkeyServer:
    """One private Valkey below a home folder, reached by a unix socket only."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._place = settle(home)
        self.home = self._place.home
        self.durable = durable
        self.data = self.home / "valkey"
        self.socket = socket_folder(self.home, self._place.account) / "valkey.sock"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return keeper.process_of(self._pid_file, "valkey-server") is not None

    @property
    def _pid_file(self) -> Path:
        return keeper.valkey_pid_file(self.home)

    def url(self, number: int = 0) -> str:
        """The address of one of its numbered databases."""
        return f"unix://{quote(str(self.socket))}?db={number}"

    def client(self, number: int = 0) -> redis.Redis:
        """A client of one of its numbered databases."""
        client: redis.Redis = redis.Redis.from_url(self.url(number))
        return client

    def start(self) -> None:
        """Start the server unless it is running, and wait until it answers."""
        if self.running:
            return
        self._place.account.own(self.data)
        self._pid_file.unlink(missing_ok=True)
        self._place.account.run([self._place.valkey, *self._options()])
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise EmbeddedError(f"the private Valkey does not start; see {self.data / 'log'}")
            time.sleep(0.01)

    def stop(self, immediately: bool = False) -> None:
        """Stop the server; `immediately` is a crash."""
        end = () if immediately else (signal.SIGTERM,)
        keeper.end(self._pid_file, "valkey-server", (*end, signal.SIGKILL))

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "yes",
            "pidfile": str(self._pid_file),
            "logfile": str(self.data / "log"),
            "set-proc-title": "no",
            "maxmemory-policy": "noeviction",
            "databases": str(DATABASES),
            "save": "",
            "appendonly": "yes" if self.durable else "no",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _answers(self) -> bool:
        client = self.client()
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
