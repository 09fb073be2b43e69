"""`fundapp worker`: the background processes, kept running."""

import os

import click

from fundapp.cli.office import servers
from fundapp.config import as_environment
from fundapp.logs import configure_logging
from fundapp.outbox import QUEUES
from fundapp.processes import queue_server
from fundapp.processes.lifeline import die_with_supervisor
from fundapp.processes.loop import stop_signal
from fundapp.processes.supervisor import Supervisor


@click.command()
@click.argument("names", nargs=-1, metavar="[QUEUE | relay | cron]...")
@click.option(
    "--letters", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes for letters."
)
def worker(names: tuple[str, ...], letters: int) -> None:
    """Run background processes until stopped: all of them, or those named.

    Each process works on exactly one queue; the relay hands promised work to the queues and cron does what is
    due by the clock. While the queue server does not answer, they begin once it does.
    """
    known = {*QUEUES, "relay", "cron"}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is not one of {', '.join(sorted(known))}")
    die_with_supervisor()
    with servers() as settings:
        configure_logging(settings.log_level)
        wanted = [_arguments(name) for name in names or sorted(known)]
        wanted += [_arguments("letters")] * (letters - 1 if ("letters" in names or not names) else 0)
        stop = stop_signal()
        queue_server.Outage().wait_out(queue_server.connect(settings), stop)
        Supervisor(wanted, dict(os.environ) | as_environment(settings)).run(stop)


def _arguments(name: str) -> tuple[str, ...]:
    return (name,) if name in {"relay", "cron"} else ("jobs", name)


COMMANDS = (worker,)
