"""Where a demonstration plays: a database and a queue of its own, never the configured ones of real work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fundapp import migrating
from fundapp.config import Settings, as_environment
from fundapp.embedded import EmbeddedError, Servers, throw_away_home
from fundapp.embedded.sandbox import Sandbox, demo_home, sandbox
from fundapp.processes.supervisor import Supervisor

DATABASE = "fundapp_demo"
BUILT = "built"
IN_USE = "in-use"
WORKERS = (
    ("jobs", "letters"),
    ("jobs", "letters"),
    ("jobs", "notices"),
    ("jobs", "disbursements"),
    ("jobs", "rd_total"),
    ("relay",),
)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """The lasting stage for one demonstration at a time; raises `EmbeddedError` while another has it."""
    home = demo_home(settings)
    home.mkdir(parents=True, exist_ok=True)
    with open(home / IN_USE, "a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(
                "a demonstration is running from this folder already; stop it with Ctrl-C where it began"
            ) from None
        yield


@contextmanager
def passing(settings: Settings) -> Iterator[Sandbox]:
    """A stage that leaves nothing behind, beside whatever else runs."""
    home = throw_away_home()
    servers = Servers(home, durable=False, throw_away=True)
    with sandbox(_at(settings, home), servers, DATABASE) as stage:
        migrating.upgrade(str(stage.settings.migrator_url))
        yield stage


@contextmanager
def lasting(settings: Settings) -> Iterator[tuple[Sandbox, bool]]:
    """The stage of `make demo`, kept between runs, and whether it still has to be built.

    A stage whose building was broken off is begun again.
    """
    home = demo_home(settings)
    servers = Servers(home)
    if not (home / BUILT).exists():
        with servers:
            servers.postgres.drop_database(DATABASE)
        _at(settings, home).anchors.unlink(missing_ok=True)
    with sandbox(_at(settings, home), servers, DATABASE, keep=True) as stage:
        migrating.upgrade(str(stage.settings.migrator_url))
        yield stage, settings.demo_database_url is not None or not (home / BUILT).exists()


def mark_built(settings: Settings) -> None:
    """Remember that the lasting stage is complete."""
    (demo_home(settings) / BUILT).touch()


def forget(settings: Settings) -> None:
    """Let the next start build the lasting stage anew."""
    (demo_home(settings) / BUILT).unlink(missing_ok=True)


def supervisor(settings: Settings) -> Supervisor:
    """The background processes of a demonstration: two for letters, one for each other queue, the relay."""
    return Supervisor(WORKERS, dict(os.environ) | as_environment(settings))


def _at(settings: Settings, home: Path) -> Settings:
    return settings.model_copy(update={"var": home, "files_url": "", "anchors_file": "", "smtp_host": None})
