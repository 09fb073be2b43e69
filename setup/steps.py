"""How a step of the set-up is done once: its inputs are stamped, and it speaks while it works."""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VAR = PROJECT / "var"
MADE = VAR / "setup"
VENV = PROJECT / ".venv"


class SetupError(RuntimeError):
    """The set-up cannot go on; the message is one line that says what to do."""


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one set-up at a time in this checkout."""
    try:
        MADE.mkdir(parents=True, exist_ok=True)
        lock = open(MADE / "lock", "a", encoding="ascii")  # noqa: SIM115 (closed below)
    except OSError as problem:
        raise SetupError(
            f"{MADE} cannot be written ({problem.strerror}); use a checkout of your own"
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """One hash over the contents of files and folders, and some words beside them."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(_files(paths)):
        total.update(
            str(path.relative_to(PROJECT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        )
    return total.hexdigest()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (
                file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts
            )
        elif path.exists():
            yield path


@contextlib.contextmanager
def step(name: str, stamp: Path, inputs: str) -> Iterator[bool]:
    """Yield whether the step has to be done; the stamp is written only when it went well."""
    if stamp.exists() and stamp.read_text(encoding="ascii") == inputs:
        yield False
        return
    begun = time.monotonic()
    say(f"{name} ...")
    yield True
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs, encoding="ascii")
    say(f"{name}: ready after {time.monotonic() - begun:.0f} s")


def say(line: str) -> None:
    """One line of progress, away from the output of programs."""
    print(f"setup: {line}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    trouble: str,
    cwd: Path = PROJECT,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return what it said; when it fails, show that and end with one line."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            check=False,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as problem:
        raise SetupError(f"{trouble} ({problem.strerror}: {command[0]})") from None
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
        raise SetupError(trouble)
    return done.stdout
