"""`fundapp serve`: the web pages, and on private servers the background processes too."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from fundapp.application import create_app
from fundapp.cli.office import servers
from fundapp.config import PROJECT, Settings, as_environment, load_settings
from fundapp.processes.lifeline import SUPERVISED_BY
from fundapp.web import pulse

GRACE_SECONDS = 30


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn, configured by our settings alone; every web process makes its own application."""

    def __init__(self, settings: Settings, grace: int = GRACE_SECONDS) -> None:
        self._settings = settings
        self._grace = grace
        super().__init__()

    def load_config(self) -> None:
        """Hand our settings to gunicorn; it reads no file and no variable of its own."""
        for name, value in (options(self._settings) | {"graceful_timeout": self._grace}).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one web process, which the collector of garbage need not look through again."""
        app = create_app(self._settings)
        gc.collect()
        gc.freeze()
        return app


def options(settings: Settings) -> dict[str, Any]:
    """How gunicorn is to run: threads for waiting, limits on every request, a fresh process at times."""
    return {
        "bind": settings.bind,
        "workers": settings.web_workers,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "timeout": 60,
        "post_worker_init": _begin,
        "keepalive": 5,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "limit_request_line": 4094,
        "limit_request_fields": 60,
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "loglevel": settings.log_level,
    }


def _begin(worker: Any) -> None:
    """What a web process does once before its first request."""
    pulse.start(worker.wsgi)
    _end_at_once_when_told()


def _end_at_once_when_told() -> None:
    """Let the word of the master end a web process there and then, and leave Ctrl-C, which all hear, to it.

    A thread that waits for a browser to go on would hold the process otherwise, and so would the server's
    own handler, which takes a lock its main thread may hold. What was not committed, the database takes back.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGQUIT, lambda _number, _frame: os._exit(0))


@click.command()
@click.option("--bind", metavar="ADDRESS:PORT", help="Where to listen; default: FUNDAPP_BIND.")
@click.option(
    "--workers/--no-workers",
    default=None,
    help="Run the background processes too; default: only with a private database.",
)
def serve(bind: str | None, workers: bool | None) -> None:
    """Serve the web pages until stopped, on the configured servers or on private ones."""
    given = {"FUNDAPP_BIND": bind} if bind else {}
    wanted = load_settings().database_url is None if workers is None else workers
    with servers(given) as settings, background(settings) if wanted else nullcontext():
        click.echo(f"fundapp is at http://{settings.bind.replace('127.0.0.1', 'localhost')}", err=True)
        WebServer(settings).run()


@contextmanager
def background(settings: Settings) -> Iterator[None]:
    """The background processes, for as long as this lasts in the process that began it, not in its forks."""
    here = os.getpid()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "fundapp", "worker"],
        env=dict(os.environ) | as_environment(settings) | {SUPERVISED_BY: str(here)},
        cwd=PROJECT,
        start_new_session=True,
    )
    try:
        yield
    finally:
        if os.getpid() == here:
            process.send_signal(signal.SIGTERM)
            process.wait()


COMMANDS = (serve,)
