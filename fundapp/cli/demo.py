"""`fundapp demo`: an invented region in the browser, or one that proves itself without a screen."""

import json
import signal
import socket
import sys
from pathlib import Path
from tempfile import TemporaryFile

import click

from fundapp.cli.serve import WebServer, background
from fundapp.clock import in_london, now
from fundapp.config import Settings, load_settings
from fundapp.demo import headless, region, sittings, stage
from fundapp.extensions import db
from fundapp.processes.backroom import create_backroom
from fundapp.services.personas import PERSONAS

NOT_VERIFIED = 1
GRACE_SECONDS = 2


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--fresh", is_flag=True, help="Build the region anew.")
@click.option(
    "--headless", "without_screen", is_flag=True, help="Build, decide, prove and leave nothing behind."
)
@click.option("--json", "as_json", is_flag=True, help="With --headless: print the summary as JSON.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --headless: write the summary, every letter, and the ledger and R&D entries as CSV into this"
    " new or empty folder.",
)
@click.option("--tamper", is_flag=True, help="With --headless: break one row first; the proof must fail.")
def demo(
    *, port: int, fresh: bool, without_screen: bool, as_json: bool, out: Path | None, tamper: bool
) -> None:
    """Open an invented region in the browser; nothing in it is real, and no real data is touched.

    Ctrl-C and SIGTERM stop everything it started.

    Exit codes with --headless: 0 everything verifies, 1 something does not, 2 it cannot be begun.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if without_screen:
        sys.exit(_prove(as_json=as_json, out=out, tamper=tamper))
    if as_json or out or tamper:
        raise click.UsageError("--json, --out and --tamper go with --headless")
    _show(port, fresh=fresh)


def _prove(*, as_json: bool, out: Path | None, tamper: bool) -> int:
    if out is not None:
        _insist_on_empty(out)
    settings = load_settings(env="test", log_level="error")
    summary = headless.run(settings, _say, out=out, tamper=tamper)
    if as_json:
        click.echo(json.dumps(summary))
    else:
        for name, value in summary.items():
            click.echo(f"{name}: {value}")
    return 0 if headless.is_verified(summary) else NOT_VERIFIED


def _show(port: int, *, fresh: bool) -> None:
    address = f"http://localhost:{port}"
    given = load_settings(base_url=address, bind=f"127.0.0.1:{port}", log_level="error")
    _insist_on_free(port)
    with stage.alone(given):
        if fresh:
            stage.forget(given)
        with stage.lasting(given) as (ground, is_empty):
            if is_empty:
                _build(ground.settings)
                stage.mark_built(given)
            with background(ground.settings):
                _welcome(address)
                WebServer(ground.settings, GRACE_SECONDS).run()


def _insist_on_empty(folder: Path) -> None:
    """Say at once what would otherwise be in the way of the files, or be taken for one of them."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise click.BadParameter(f"{folder} is not empty; name a new folder", param_hint="--out")
        TemporaryFile(dir=folder).close()
    except OSError as problem:
        raise click.BadParameter(
            f"{folder} cannot be written: {problem.strerror}", param_hint="--out"
        ) from None


def _insist_on_free(port: int) -> None:
    """Say at once, and not after a minute of building, that another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise click.BadParameter(
                f"{port} cannot be used: {problem.strerror}", param_hint="--port"
            ) from None


def _build(settings: Settings) -> None:
    _say("Building the invented region; this takes about a minute, once")
    app = create_backroom(settings)
    workers = stage.supervisor(settings)
    workers.start()
    try:
        with app.app_context():
            today = in_london(now()).date()
            db.session.rollback()
            built = region.build(today, _say)
            sittings.begin(built.cast, built.line, built.at_board)
    finally:
        workers.stop()


def _welcome(address: str) -> None:
    click.echo(f"\nThe demonstration is at {address}\n")
    click.echo("The bar at the top of every page signs you in as any of these people, and moves the clock:\n")
    for persona in PERSONAS:
        click.echo(f"  {persona.name:<18} {persona.does:<16} {persona.email}")
    click.echo("\nCtrl-C stops everything. `make demo ARGS=--fresh` builds it anew.\n")


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


COMMANDS = (demo,)
