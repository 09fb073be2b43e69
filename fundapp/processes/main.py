"""Reads the command line of `worker.py`: which one process to be."""

import argparse
import sys
from collections.abc import Sequence

from fundapp.config import SettingsError, load_settings
from fundapp.outbox import QUEUES
from fundapp.processes import relay, ticker, worker
from fundapp.processes.backroom import create_backroom
from fundapp.processes.lifeline import die_with_supervisor


def main(arguments: Sequence[str]) -> int:
    """Be the process asked for until told to stop: 0 then, 2 for unusable settings, else as a worker says."""
    chosen = _parser().parse_args(arguments)
    die_with_supervisor()
    try:
        app = create_backroom(load_settings())
        match chosen.process:
            case "jobs":
                return worker.run(app, chosen.queue)
            case "relay":
                relay.run(app)
            case "cron":
                ticker.run(app)
    except SettingsError as mistakes:
        print(mistakes, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="worker.py", description="Start one background process.")
    processes = parser.add_subparsers(dest="process", required=True, metavar="PROCESS")
    jobs = processes.add_parser("jobs", help="carry out the work of one queue")
    jobs.add_argument("queue", choices=QUEUES, help="the queue")
    processes.add_parser("relay", help="tell the queues of promised work")
    processes.add_parser("cron", help="stage what happens by the clock")
    return parser
