"""Takes one full round of each fund from where the region leaves it through to its letters."""

from __future__ import annotations

import os
import signal
import time as stopwatch
from datetime import time

from fundapp.demo import afterwards, rounds, sittings
from fundapp.demo.region import Region, settle
from fundapp.extensions import db
from fundapp.processes.supervisor import Supervisor
from fundapp.queries import awards as awards_queries
from fundapp.queries import outstanding
from fundapp.services import approvals

PATIENCE_SECONDS = 60.0


class NobodyKilled(RuntimeError):
    """No letters worker could be caught at work."""


def finish(region: Region, supervisor: Supervisor) -> int:
    """Hold the grant round's meeting and finish the ventures' second batch; kill one worker on the way.

    Returns how many worker processes were killed.
    """
    cast, line = region.cast, region.line
    rounds.read(cast, region.ventures)
    rounds.close_marking(cast, region.ventures)
    line.go(1, time(10, 5))
    sittings.sit(cast, region.at_board)
    killed = kill_a_letters_worker(supervisor)
    sittings.convene(cast, line, region.ventures, title="Ventures panel", day=2)
    line.go(2, time(10, 5))
    sittings.sit(cast, region.ventures)
    sittings.decide(cast, region.ventures)
    line.go(9)
    settle(supervisor)
    afterwards.release_declines(cast, region.at_board.round)
    afterwards.release_declines(cast, region.ventures.round)
    line.go(16)
    approvals.approve_due()
    settle(supervisor)
    waiting = [
        award
        for call in (region.at_board, region.ventures)
        for award in awards_queries.of_round(call.round.id)
        if award.state == "subsidy_check"
    ]
    confirmed = afterwards.confirm(line, waiting)
    settle(supervisor)
    afterwards.offer(cast, confirmed)
    line.go(20)
    afterwards.accept(confirmed)
    settle(supervisor)
    return killed


def kill_a_letters_worker(supervisor: Supervisor) -> int:
    """SIGKILL one of the letters processes, and whatever it forked, while letters wait to be made."""
    deadline = stopwatch.monotonic() + PATIENCE_SECONDS
    while stopwatch.monotonic() < deadline:
        busy = outstanding.waiting("issue_letter")
        db.session.rollback()
        letters = [child for child in supervisor.children if child.arguments == ("jobs", "letters")]
        running = [child.process for child in letters if child.process is not None]
        if busy and running:
            os.killpg(running[0].pid, signal.SIGKILL)
            return 1
        supervisor.look_after()
        stopwatch.sleep(0.05)
    raise NobodyKilled("no letters worker was at work to be killed")
