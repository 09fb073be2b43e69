"""Fills a database with an office at work: thousands of bids in three rounds, marked, awarded and claimed.

Everything goes through the service verbs or the parts they are made of, so every event is chained, every
posting follows from its event, and the proofs hold here as anywhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Any

from bench import awarding, closing, drafting
from fundapp.clock import in_london, now
from fundapp.demo import names, rounds
from fundapp.demo.answers import answer_to
from fundapp.demo.cast import Cast
from fundapp.demo.comments import comment_on
from fundapp.demo.rounds import Call
from fundapp.demo.timeline import Timeline
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Fund
from fundapp.services import demo_clock, imports
from fundapp.services.imports import Table
from workflows.funds import ready_made

BEGINS = -240
READERS = 3
AT_ONCE = 2_500
DECIDED, WAITING = 0.5, 0.3
BID_COLUMNS = (
    "bid_ref", "organisation", "company_number", "contact_name", "contact_email", "postcode", "district",
    "staff_count", "turnover", "gross_assets", "title", "summary", "theme", "total_cost", "grant_requested",
    "match_funding", "rd_share", "starts_on", "months", "submitted_at",
)  # fmt: skip
SCORE_COLUMNS = ("bid_ref", "assessor_email", "criterion", "score", "comment")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How large a region is to be; with `printed` its letters are left for the workers to make."""

    bids: int
    awards: int
    drafts: int = 0
    leads: int = 8
    seed: int = 20261123
    letters_to_print: bool = False


@dataclass
class Region:
    """What was built, for whoever measures it."""

    cast: Cast
    line: Timeline
    decided: Call
    open: Call
    drafts: list[drafting.Draft] = field(default_factory=list)


def build(wanted: Wanted, say: Say) -> Region:
    """Build it, oldest first; the clock ends at the beginning of today."""
    db.session().expire_on_commit = False
    line = Timeline(in_london(now()).date())
    db.session.rollback()
    demo_clock.mark_as_demo(line.at(BEGINS, time(9)))
    line.today = BEGINS
    cast = Cast(Random(wanted.seed))
    fund = rounds.install(cast, ready_made("future_innovation_fund"))
    plenty = 40_000_000 * max(wanted.awards, 10)
    decided = _decided(cast, line, fund, int(wanted.bids * DECIDED), plenty, say)
    made = awarding.award(cast, line, decided, wanted.awards, say)
    live = [] if wanted.letters_to_print else awarding.offer(cast, line, made, say)
    waiting = int(wanted.bids * WAITING)
    say(f"A round of {waiting:,} bids that wait to be checked")
    closed = _round(cast, line, fund, 6, (-60, -30, 40), plenty)
    line.go(-31)
    _take_over(cast, line, closed, waiting, (-55, -32))
    awarding.claim(cast, line, live, say)
    rest = wanted.bids - int(wanted.bids * DECIDED) - waiting
    say(f"A round that is open, with {rest:,} bids and {wanted.drafts:,} drafts")
    opened = _round(cast, line, fund, 7, (-15, 25, 86), plenty)
    line.go(0, time(0, 1))
    _take_over(cast, line, opened, rest, (-14, -1))
    drafts = drafting.drafts(cast, line, opened.round, wanted.drafts, wanted.leads)
    if not wanted.letters_to_print:
        awarding.settle_here()
    db.session.expire_all()
    return Region(cast, line, decided, opened, drafts)


def _decided(cast: Cast, line: Timeline, fund: Fund, count: int, budget: int, say: Say) -> Call:
    say(f"A round of {count:,} bids, each read {READERS} times")
    call = _round(cast, line, fund, 5, (-230, -200, -150), budget)
    line.go(-201)
    table = _take_over(cast, line, call, count, (-228, -202))
    line.go(-190)
    call.bids = list(
        db.session.scalars(
            db.select(Application).where(Application.round_id == call.round.id).order_by(Application.id)
        )
    )
    for first in range(0, count, AT_ONCE):
        bids = Table(table.name, table.headers, table.rows[first : first + AT_ONCE])
        marks = list(_marks(cast, call, call.bids[first : first + AT_ONCE]))
        scores = imports.table_of("scores", SCORE_COLUMNS, marks)
        imports.import_round(call.round, bids, cast.officer, scores=scores)
        db.session.expunge_all()
        _again(cast, call)
    say("Marking is closed")
    while closing.close_some(call.round, cast.officer):
        db.session.expunge_all()
        _again(cast, call)
    return call


def _again(cast: Cast, call: Call) -> None:
    """Let the session forget thousands of rows, but keep those that are used on."""
    db.session.add(call.round)
    db.session.add_all({*cast.persona.values(), *cast.assessors, *cast.members, *cast.finance})


def _round(
    cast: Cast, line: Timeline, fund: Fund, number: int, days: tuple[int, int, int], budget: int
) -> Call:
    opens, closes, hears = days
    return rounds.open_round(
        cast, line, fund, number=number, title=f"From prototype to first use, round {number}",
        summary="Grants for small firms that can show their idea to a first customer.",
        opens=opens, closes=closes, hears=hears, budget=budget,
    )  # fmt: skip


def _take_over(cast: Cast, line: Timeline, call: Call, count: int, days: tuple[int, int]) -> Table:
    asked = call.round.rules.of_kind("text")
    questions = [each.key for each in asked if not each.shown_if]
    headers = (*BID_COLUMNS, *(f"q:{key}" for key in questions))
    rows = [_bid(cast, line, call, number, count, days, questions) for number in range(count)]
    table = imports.table_of("bids", headers, rows)
    for first in range(0, count, AT_ONCE):
        some = Table(table.name, table.headers, table.rows[first : first + AT_ONCE])
        imports.import_round(call.round, some, cast.officer)
        db.session.expunge_all()
        _again(cast, call)
    return table


def _bid(
    cast: Cast,
    line: Timeline,
    call: Call,
    number: int,
    count: int,
    days: tuple[int, int],
    questions: list[str],
) -> list[str]:
    random = cast.random
    serial = call.round.number * 100_000 + number
    terms = call.round.rules.award
    asked = random.randint(terms.least_pence // 100_000, terms.most_pence // 100_000) * 1_000
    cost = asked * 10_000 // terms.rate_bp
    authority, postcode = names.DISTRICTS[serial % len(names.DISTRICTS)]
    day = days[0] + (days[1] - days[0]) * number // max(count, 1)
    sent = in_london(line.at(day, time(9)) + timedelta(seconds=number % 3600))
    title = f"{names.idea(serial)} ({number})"
    themes = call.round.rules.themes
    lead = names.person(serial % 4_000)
    return [
        f"B{number + 1:06}", f"{names.firm(serial).removesuffix(' (invented)')} {serial} (invented)",
        names.company_number(serial), lead, names.mail(lead, f"firm{serial}"), postcode,
        call.round.rules.authority_name(authority) or "", str(random.randint(3, 60)),
        str(random.randint(200, 9_000) * 1_000), str(random.randint(50, 3_000) * 1_000), title,
        f"{title}. We have a working prototype and two customers who will test it with us.",
        random.choice(themes).key if themes else "", str(cost), str(asked), str(cost - asked),
        str(random.randrange(50, 101, 5)), _start_of(line, call).isoformat(), str(random.choice((6, 9, 12))),
        f"{sent:%Y-%m-%d %H:%M}",
        *(answer_to(question, serial) for question in questions),
    ]  # fmt: skip


def _start_of(line: Timeline, call: Call) -> date:
    """Decided projects have run for a while today; the others start after their decision."""
    return line.first_of_month_after(awarding.STARTS if call.round.number == 5 else line.today + 150)


def _marks(cast: Cast, call: Call, bids: list[Any]) -> Iterator[tuple[str, ...]]:
    for bid in bids:
        worth = cast.random.gauss(3.5, 0.75)
        for assessor in cast.random.sample(cast.assessors, READERS):
            for criterion in call.round.criteria:
                mark = min(criterion.max_score, max(0, round(worth + cast.random.gauss(0, 0.45))))
                comment = comment_on(criterion.key, mark, bid.id)
                yield str(bid.bid_ref), assessor.email, criterion.key, str(mark), comment
