"""`fundapp demo --headless --json --tamper` on a region of one open round, run as a program of its own."""

from collections.abc import Callable
from datetime import date
from unittest.mock import patch

from fundapp.cli.demo import demo
from fundapp.demo import headless, region, stage
from tests.factories import region as made
from tests.factories.outbox import work_off


def build(_today: date, _say: Callable[[str], None]) -> None:
    """One published round, whose budget is the only money in the ledger; no worker is needed for that."""
    invented = made.invent_region()
    made.open_round(invented, made.install(invented))
    work_off()


if __name__ == "__main__":
    with (
        patch.object(region, "build", build),
        patch.object(headless, "finish", lambda *_: 0),
        patch.object(stage, "WORKERS", ()),
    ):
        demo(["--headless", "--json", "--tamper"])
