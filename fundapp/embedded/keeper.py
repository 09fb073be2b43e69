"""Stops the private servers of one home when the last process that uses them is gone, however it went.

Every user of a home holds shared locks; the kernel drops them when the process ends, even by SIGKILL. The
keeper waits for the exclusive lock on `wait.lock`; whether anybody is left is judged on `users.lock`, which
nobody ever waits for, so the keeper cannot be taken for a user. This file imports the standard library only
and is run as a script, so the waiting process stays small.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

PATIENCE = 60.0
SHORT_FOLDER = "sockets"


@contextlib.contextmanager
def gate(home: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the servers of a home."""
    with open(home / "gate.lock", "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def locks(home: Path) -> tuple[IO[str], IO[str]]:
    """The two files every user of a home holds a shared lock on: the one judged, and the one waited for."""
    return open(home / "users.lock", "a", encoding="ascii"), open(home / "wait.lock", "a", encoding="ascii")


def process_of(pid_file: Path, program: str) -> int | None:
    """The process named in a pid file, if it is alive and really that server of that home."""
    try:
        pid = int(pid_file.read_text(encoding="ascii").split(maxsplit=1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid if _is_server(pid, program, pid_file.parent) else None


def _is_server(pid: int, program: str, folder: Path) -> bool:
    """Whether a process runs that program in that folder; without /proc its existence has to do."""
    if not Path("/proc/self/cmdline").exists():
        return True
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return Path(os.fsdecode(words[0])).name == program and os.fsencode(folder) in words


def end(pid_file: Path, program: str, signals: tuple[signal.Signals, ...]) -> None:
    """Ask a server to stop, ever less politely, and wait until it is gone."""
    for number in signals:
        pid = process_of(pid_file, program)
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process_of(pid_file, program) is not None:
            time.sleep(0.02)


def postgres_pid_file(home: Path) -> Path:
    """Where PostgreSQL notes its process."""
    return home / "postgres" / "data" / "postmaster.pid"


def valkey_pid_file(home: Path) -> Path:
    """Where Valkey notes its process."""
    return home / "valkey" / "valkey.pid"


def stop_servers(home: Path) -> None:
    """Stop both servers of a home and remove the folder of their sockets."""
    end(valkey_pid_file(home), "valkey-server", (signal.SIGTERM, signal.SIGKILL))
    end(postgres_pid_file(home), "postgres", (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))
    noted = home / SHORT_FOLDER
    with contextlib.suppress(OSError):
        shutil.rmtree(noted.read_text(encoding="utf-8"), ignore_errors=True)
        noted.unlink()


def stop_if_last(home: Path, throw_away: bool) -> bool:
    """Stop the servers unless somebody still uses them; true when nobody does. The gate must be held."""
    users, waiting = locks(home)
    with users, waiting:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        stop_servers(home)
        if throw_away:
            shutil.rmtree(home, ignore_errors=True)
        return True


def keeper_lock(home: Path) -> IO[str] | None:
    """The lock the one keeper of a home holds, or nothing when there is a keeper already."""
    file = open(home / "keeper.lock", "a", encoding="ascii")  # noqa: SIM115 (held as long as the keeper lives)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def keep(home: Path, lock: IO[str], throw_away: bool) -> None:
    """Wait until nobody uses the home any more, then stop its servers."""
    while True:
        users, waiting = locks(home)
        with users, waiting:
            fcntl.flock(waiting, fcntl.LOCK_EX)
        with gate(home):
            if stop_if_last(home, throw_away):
                lock.close()
                return


def main(home: Path, throw_away: bool) -> None:
    """Become the keeper of a home and let the caller go on, unless there is one."""
    lock = keeper_lock(home)
    if lock is None or os.fork():
        os._exit(0)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(FileNotFoundError):
        keep(home, lock, throw_away)


if __name__ == "__main__":
    main(Path(sys.argv[1]), throw_away="--throw-away" in sys.argv)
