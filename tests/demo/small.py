"""`fundapp demo --headless --json --tamper` on a region of one open round, run as a program of its own."""

from collections.abc import Callable
from datetime import date
from unittest.mock import patch

from fundapp.cli.demo import demo
from fundapp.demo import headless, region
from tests.factories import region as made


def build(_today: date, _say: Callable[[str], None]) -> None:
    """One published round, whose budget is the only money in the ledger."""
    invented = made.invent_region()
    made.open_round(invented, made.install(invented))
    region.settle()


if __name__ == "__main__":
    with patch.object(region, "build", build), patch.object(headless, "finish", lambda *_: 0):
        demo(["--headless", "--json", "--tamper"])
