"""`fundapp demo --headless` on a small region: the same verbs, workers and proofs as of the whole one.

A program of its own: `python -m tests.demo.small` and the options of the command.
"""

from collections.abc import Callable
from datetime import date, time
from random import Random
from unittest.mock import patch

from fundapp.cli.demo import demo
from fundapp.demo import region, rounds, sittings
from fundapp.demo.cast import Cast
from fundapp.demo.region import Region
from fundapp.demo.rounds import Call
from fundapp.demo.timeline import Timeline
from fundapp.extensions import db
from fundapp.services import demo_clock, funds
from workflows.funds import ready_made

BEGINS = -80
BIDS = 6


def build(today: date, say: Callable[[str], None]) -> Region:
    """A few bids in a grant round at its meeting, and as many in a batch of the ventures being read."""
    db.session().expire_on_commit = False
    line = Timeline(today)
    demo_clock.mark_as_demo(line.at(BEGINS, time(9)))
    line.today = BEGINS
    cast = Cast(Random(region.SEED))
    at_board = rounds.open_round(
        cast, line, rounds.install(cast, ready_made("future_innovation_fund")),
        number=6, title="Cleaner and nearer",
        summary="Grants for small firms.", opens=-48, closes=-19, hears=9, budget=20_000_000,
    )  # fmt: skip
    ventures = rounds.open_round(
        cast, line, rounds.install(cast, ready_made("lcr_ventures")),
        number=1, title="Investment in new ventures",
        summary="Investments in young firms.", opens=-40, closes=None, hears=None, budget=240_000_000,
    )  # fmt: skip
    funds.plan_batch(ventures.round, line.at(-20, time(12)), cast.officer)
    for call in (ventures, at_board):
        _send_in(cast, line, call)
    line.go(-18)
    for call in (at_board, ventures):
        rounds.check_all(cast, call)
        rounds.hand_out(cast, call)
    rounds.read(cast, at_board)
    rounds.close_marking(cast, at_board)
    sittings.convene(cast, line, at_board, title="Investment panel", day=0)
    line.go(0, time(9, 30))
    region.settle()
    return Region(cast, line, at_board, at_board, at_board, ventures)


def _send_in(cast: Cast, line: Timeline, call: Call) -> None:
    line.go(-35)
    for _ in range(BIDS):
        firm = cast.firm()
        rounds.send_in(rounds.write(cast, line, call, firm), firm)


if __name__ == "__main__":
    with patch.object(region, "build", build):
        demo()
