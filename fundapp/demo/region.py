"""Builds the invented region: six rounds' worth of bids of both funds, at different ages, up to today."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from datetime import time as wall
from random import Random

from fundapp.demo import afterwards, archive, equality, former, rounds, sittings
from fundapp.demo.cast import Cast
from fundapp.demo.rounds import Call
from fundapp.demo.timeline import Timeline
from fundapp.extensions import db
from fundapp.processes.supervisor import Supervisor
from fundapp.queries import awards as awards_queries
from fundapp.queries import outstanding
from fundapp.services import approvals, demo_clock, funds
from fundapp.services import rounds as round_verbs
from fundapp.services.awards import Award
from fundapp.services.claims import Claim
from fundapp.services.funds import Fund
from workflows.funds import ready_made

SEED = 20261123
BEGINS = -460
# How many organisations claim their second instalment as soon as they can.
EARLY = 6
PATIENCE_SECONDS = 240.0

Say = Callable[[str], None]


@dataclass
class Region:
    """What was built, for whoever drives it on."""

    cast: Cast
    line: Timeline
    decided: Call
    at_board: Call
    open: Call
    ventures: Call


class WorkersStopped(RuntimeError):
    """Promised work is not being done: the workers are not running, or cannot do it."""


def build(today: date, say: Say) -> Region:
    """Build everything, oldest first, moving the clock from long ago to today."""
    # One process writes here, and every verb locks and reads afresh what it decides on.
    db.session().expire_on_commit = False
    line = Timeline(today)
    demo_clock.mark_as_demo(line.at(BEGINS, wall(9)))
    line.today = BEGINS
    cast = Cast(Random(SEED))  # noqa: S311 - an invented region, the same every time
    fund_now = ready_made("future_innovation_fund")
    grants = rounds.install(cast, former.as_before(fund_now))
    investments = rounds.install(cast, ready_made("lcr_ventures"))
    say("A round decided a year ago, its awards claimed and paid")
    decided, live = _decided_round(cast, line, grants)
    say("LCR Ventures: a batch decided and offered")
    ventures = _ventures(cast, line, investments)
    _claims(cast, line, live)
    _second_batch(cast, line, ventures)
    say("A round at the board, and one that is open")
    at_board = _board_round(cast, line, grants)
    opened = _open_round(cast, line, rounds.install(cast, fund_now))
    _up_to_today(cast, line, at_board, opened, ventures, live[EARLY:])
    settle()
    return Region(cast, line, decided, at_board, opened, ventures)


def settle(supervisor: Supervisor | None = None) -> None:
    """Wait until the workers have done everything that is due; a supervisor starts again what was killed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while outstanding.waiting():
        db.session.rollback()
        if supervisor is not None:
            supervisor.look_after()
        if outstanding.parked() or time.monotonic() > deadline:
            raise WorkersStopped("promised work is not being done; see the parked work page")
        time.sleep(0.1)
    db.session.rollback()


def _apply(cast: Cast, line: Timeline, call: Call, count: int, days: list[int]) -> None:
    for number in range(count):
        line.go(days[number * len(days) // count], wall(11))
        firm = cast.firm()
        rounds.send_in(rounds.write(cast, line, call, firm), firm)


def _decided_round(cast: Cast, line: Timeline, grants: Fund) -> tuple[Call, list[Award]]:
    call = rounds.open_round(
        cast, line, grants, number=5, title="Ready for the first customer",
        summary="Grants for small firms that can show their idea to a first customer.",
        opens=BEGINS + 3, closes=BEGINS + 33, hears=BEGINS + 80, budget=90_000_000,
    )  # fmt: skip
    line.go(BEGINS + 32)
    table = archive.take_over(
        cast, line, call, 48, (BEGINS + 6, BEGINS + 31), own_title="Tide gauges that need no diver"
    )
    line.go(BEGINS + 40)
    equality.answer(call.round, 57)
    line.go(BEGINS + 55)
    archive.take_over_marks(cast, call, table, ineligible=3)
    rounds.close_marking(cast, call)
    round_verbs.mark_assessed(call.round, cast.officer)
    line.go(BEGINS + 70)
    sittings.convene(cast, line, call, title="Investment panel", day=BEGINS + 74)
    line.go(BEGINS + 74, wall(10, 5))
    sittings.sit(cast, call)
    round_verbs.mark_decided(call.round, cast.officer)
    settle()
    afterwards.release_declines(cast, call.round)
    line.go(BEGINS + 80, wall(10))
    made = list(awards_queries.of_round(call.round.id))
    confirmed = afterwards.confirm(line, made, breach=True)
    settle()
    afterwards.offer(cast, confirmed)
    line.go(BEGINS + 90)
    afterwards.accept(confirmed[:-1])
    line.go(BEGINS + 100)
    afterwards.begin(cast, confirmed[:-1])
    settle()
    return call, confirmed[:-1]


def _claims(cast: Cast, line: Timeline, live: list[Award]) -> None:
    first = live[0].starts_on
    line.go((first - line.zero).days + 130)
    made = _claim(cast, line, live, 1)
    afterwards.check(cast, made)
    afterwards.approve(cast, made)
    afterwards.pay(cast, made, line.day(line.today))
    line.go((first - line.zero).days + 215)
    made = _claim(cast, line, live[:EARLY], 2)
    afterwards.check(cast, made[:-1])
    afterwards.approve(cast, made[:-2])
    afterwards.pay(cast, made[:-2], line.day(line.today), refuse_last=True)
    settle()


def _claim(cast: Cast, line: Timeline, awards: list[Award], number: int) -> list[Claim]:
    return [each for award in awards if (each := afterwards.claim(cast, line, award, number))]


def _ventures(cast: Cast, line: Timeline, investments: Fund) -> Call:
    call = rounds.open_round(
        cast, line, investments, number=1, title="Investment in new ventures",
        summary="Investments in young firms that turn research into something people buy.",
        opens=-340, closes=None, hears=None, budget=240_000_000,
    )  # fmt: skip
    for cut_off in (-300, -20, 40):
        funds.plan_batch(call.round, line.at(cut_off, wall(12)), cast.officer)
    _apply(cast, line, call, 15, [-338, -320, -301])
    line.go(-299)
    rounds.check_all(cast, call, ineligible=1)
    rounds.hand_out(cast, call)
    line.go(-280)
    rounds.read(cast, call)
    rounds.close_marking(cast, call)
    line.go(-272)
    sittings.convene(cast, line, call, title="Ventures panel", day=-270)
    line.go(-270, wall(10, 5))
    sittings.sit(cast, call)
    line.go(-265)
    sittings.decide(cast, call)
    line.go(-250)
    approvals.approve_due()
    settle()
    made = list(awards_queries.of_round(call.round.id))
    confirmed = afterwards.confirm(line, made)
    settle()
    afterwards.offer(cast, confirmed[:-1])
    line.go(-240)
    afterwards.accept(confirmed[:-2])
    settle()
    return call


def _second_batch(cast: Cast, line: Timeline, call: Call) -> None:
    _apply(cast, line, call, 12, [-60, -55, -50])


def _board_round(cast: Cast, line: Timeline, grants: Fund) -> Call:
    call = rounds.open_round(
        cast, line, grants, number=6, title="Cleaner, quieter, nearer",
        summary="Grants for small firms that make what the region makes cleaner, quieter or closer to home.",
        opens=-48, closes=-19, hears=9, budget=80_000_000,
    )  # fmt: skip
    line.go(-20)
    table = archive.take_over(cast, line, call, 44, (-46, -21))
    line.go(-18)
    archive.take_over_marks(cast, call, table, ineligible=2)
    return call


def _open_round(cast: Cast, line: Timeline, grants: Fund) -> Call:
    call = rounds.open_round(
        cast, line, grants, number=7, title="From prototype to first use",
        summary="Grants for small and medium-sized businesses in the city region that have something"
        " working and need to show it works for a customer.",
        opens=-17, closes=25, hears=86, budget=80_000_000,
    )  # fmt: skip
    _apply(cast, line, call, 8, [-16, -15])
    return call


def _up_to_today(
    cast: Cast, line: Timeline, at_board: Call, opened: Call, ventures: Call, late: list[Award]
) -> None:
    """The last two weeks; the organisations that are slow to claim do so one after the other."""
    made = _claim(cast, line, late[:2], 2)
    line.go(-12)
    afterwards.check(cast, made)
    afterwards.approve(cast, made[:1])
    rounds.close_marking(cast, at_board)
    round_verbs.mark_assessed(at_board.round, cast.officer)
    line.go(-10)
    rounds.check_all(cast, ventures)
    rounds.hand_out(cast, ventures)
    rounds.read(cast, ventures, until=0.55)
    line.go(-5)
    afterwards.ask(cast, _claim(cast, line, late[2:3], 2))
    own = "Self-cleaning tide sensors for working docks"
    bid = rounds.write(cast, line, opened, cast.wrackline, answered=5, title=own)
    rounds.gather_team(bid, cast.wrackline, cast.colleague())
    rounds.keep_record(cast, line, cast.wrackline)
    for number in range(17):
        rounds.write(cast, line, opened, cast.firm(), answered=number % 7)
    line.go(-3)
    _claim(cast, line, late[3:], 2)
    sittings.convene(cast, line, at_board, title="Investment panel", day=0)
    _apply(cast, line, ventures, 8, [-2, -1])
    for number in range(4):
        rounds.write(cast, line, ventures, cast.firm(), answered=number)
    line.go(0, wall(9, 30))
