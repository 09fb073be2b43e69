"""Older rounds of the demonstration, taken over as a fund would: from tables of bids and marks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, time, timedelta
from random import Random

from fundapp.clock import in_london
from fundapp.demo import names
from fundapp.demo.answers import answer_to
from fundapp.demo.cast import WRACKLINE, WRACKLINE_NUMBER, Cast
from fundapp.demo.comments import comment_on
from fundapp.demo.rounds import Call, severity_of
from fundapp.demo.timeline import Timeline
from fundapp.queries import census
from fundapp.services import imports, triage
from fundapp.services.imports import Table
from workflows.funds.kinds import ANSWERED, Span

READERS = 3
GOOD = 4.7
BID_COLUMNS = (
    "bid_ref", "organisation", "company_number", "contact_name", "contact_email", "postcode", "district",
    "staff_count", "turnover", "gross_assets", "title", "summary", "theme", "total_cost", "grant_requested",
    "match_funding", "rd_share", "starts_on", "months", "submitted_at",
)  # fmt: skip
SCORE_COLUMNS = ("bid_ref", "assessor_email", "criterion", "score", "comment")


def take_over(
    cast: Cast, line: Timeline, call: Call, count: int, days: tuple[int, int], *, own_title: str | None = None
) -> Table:
    """Import so many bids as a table, sent in between two days; the table is kept for the marks.

    With a title, the first of them is a good bid by the applicant persona's firm.
    """
    headers = (*BID_COLUMNS, *(f"q:{each.key}" for each in call.round.rules.of_kind(*ANSWERED)))
    rows = [_bid(cast, line, call, number, count, days) for number in range(count)]
    if own_title is not None:
        rows[0] = _by_the_persona(cast, rows[0], own_title)
    table = imports.table_of("bids", headers, rows)
    imports.import_round(call.round, table, cast.officer)
    call.bids = census.bids_of(call.round.id)
    call.worth = {bid.id: cast.random.gauss(3.5, 0.75) for bid in call.bids}
    if own_title is not None:
        call.worth[call.bids[0].id] = GOOD
    return table


def take_over_marks(cast: Cast, call: Call, bids: Table, *, ineligible: int) -> None:
    """Turn the last few bids away, and import three readings of every other one."""
    for bid in call.bids[len(call.bids) - ineligible :]:
        triage.take_up(bid, cast.officer)
        failed = {check.key: number > 0 for number, check in enumerate(triage.checks_of(bid))}
        triage.find_ineligible(
            bid, cast.officer, reason="The work would be done outside the six districts.", findings=failed
        )
    rows = list(_marks(cast, call, ineligible))
    imports.import_round(
        call.round, bids, cast.officer, scores=imports.table_of("scores", SCORE_COLUMNS, rows)
    )


def _bid(cast: Cast, line: Timeline, call: Call, number: int, count: int, days: tuple[int, int]) -> list[str]:
    random: Random = cast.random
    serial = call.round.number * 100 + number
    terms = call.round.rules.award
    asked = random.randint(terms.least_pence // 100_000, terms.most_pence // 100_000) * 1_000
    cost = asked * 10_000 // terms.rate_bp
    authority, postcode = names.DISTRICTS[serial % len(names.DISTRICTS)]
    lead = names.person(serial)
    # As in life, most come near the close.
    day = days[0] + int((days[1] - days[0]) * math.sqrt(number / count))
    sent = in_london(line.at(day, time(9)) + timedelta(minutes=7 * number))
    title = names.idea(call.round.number * 7 + number)
    themes = call.round.rules.themes
    starts_on = line.first_of_month_after(line.today + 150)
    return [
        f"A{number + 1:03}", names.firm(serial), names.company_number(serial), lead,
        names.mail(lead, f"firm{serial}"), postcode, call.round.rules.authority_name(authority) or "",
        str(random.randint(3, 60)), str(random.randint(200, 9_000) * 1_000),
        str(random.randint(50, 3_000) * 1_000),
        title, f"{title}. We have a working prototype and two customers who will test it with us.",
        random.choice(themes).key if themes else "", str(cost), str(asked), str(cost - asked),
        str(random.randrange(50, 101, 5)), starts_on.isoformat(),
        str(random.choice((6, 9, 12))), f"{sent:%Y-%m-%d %H:%M}",
        *_answers(call, serial, starts_on),
    ]  # fmt: skip


def _answers(call: Call, serial: int, starts_on: date) -> Iterator[str]:
    for question in call.round.rules.of_kind(*ANSWERED):
        if question.kind == "text":
            yield answer_to(question.key, serial)
        else:
            yield ANSWERED[question.kind].example(question, Span(starts_on))


def _by_the_persona(cast: Cast, row: list[str], title: str) -> list[str]:
    lead = cast.wrackline.lead
    own = {
        "organisation": WRACKLINE,
        "company_number": names.company_number(WRACKLINE_NUMBER),
        "contact_name": lead.name,
        "contact_email": lead.email,
        "title": title,
    }
    return [own.get(column, value) for column, value in zip((*BID_COLUMNS, *row), row, strict=False)]


def _marks(cast: Cast, call: Call, ineligible: int) -> Iterator[tuple[str, ...]]:
    for serial, bid in enumerate(call.bids[: len(call.bids) - ineligible]):
        for number, assessor in enumerate(cast.random.sample(cast.assessors, READERS)):
            for criterion in call.round.criteria:
                felt = call.worth[bid.id] + severity_of(cast, assessor) + cast.random.gauss(0, 0.45)
                mark = min(criterion.max_score, max(0, round(felt)))
                comment = comment_on(criterion.key, mark, serial + number)
                yield str(bid.bid_ref), assessor.email, criterion.key, str(mark), comment
