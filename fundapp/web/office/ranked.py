"""The ranked list of a round: its finding, its funding line, and every assessor's own total on one scale."""

from collections.abc import Iterator, Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.funds import Round
from fundapp.queries import ranking
from fundapp.queries.meetings import PUT_FORWARD
from fundapp.queries.ranking import Line, RankedRow
from fundapp.web.guards import requires
from fundapp.web.office.pages import (
    counted,
    finding,
    hidden_from,
    hidden_from_me,
    number_in,
    pages,
    reader_here,
)
from fundapp.web.office.subjects import the_whole_round
from fundapp.web.spreadsheets import Cell, attachment, pounds
from workflows.actors import Permission
from workflows.rules.schedule import financial_year_name

HEAD = (
    "Rank", "Reference", "Title", "Organisation", "District code", "Asks for, £", "Running total, £", "Score",
    "Spread", "Single totals",
)  # fmt: skip


@pages.get("/rounds/<ref>/ranked")
@requires(Permission.SCORES_READ, the_whole_round)
def ranked(call: Round) -> ResponseReturnValue:
    """A page of the list, and where the money runs out."""
    after = number_in(request.args.get("after")) or 0
    budgets = {each.financial_year: each.amount_pence for each in call.budgets}
    line = ranking.line(call.id, budgets, clock.in_london(clock.now()).date())
    rows = ranking.page(call.id, after)
    is_last = len(rows) < ranking.PAGE_SIZE
    return render_template(
        "office/ranked.html", call=call, rows=rows, line=line,
        axis=_axis(rows, line), rules=call.rules, page_title=_finding(line),
        hidden=hidden_from_me([row.id for row in rows]),
        to_put=any(row.state in PUT_FORWARD for row in rows),
        lede=_lede(line), year=financial_year_name(line.short.year) if line.short else "",
        next="" if is_last else _from(call, rows[-1].position),
        previous=_from(call, max(0, after - ranking.PAGE_SIZE)) if after else "",
    )  # fmt: skip


@pages.get("/rounds/<ref>/ranked.csv")
@requires(Permission.SCORES_READ, the_whole_round)
def ranked_csv(call: Round) -> ResponseReturnValue:
    """The whole list as a file."""
    return attachment(f"{call.ref}-ranked.csv", HEAD, _cells(call.id, reader_here()))


def _cells(round_id: int, reader: int | None) -> Iterator[tuple[Cell, ...]]:
    after = 0
    while rows := ranking.page(round_id, after):
        hidden = hidden_from(reader, [row.id for row in rows])
        yield from (_cells_of(row, shown=row.id not in hidden) for row in rows)
        after = rows[-1].position


def _cells_of(row: RankedRow, *, shown: bool) -> tuple[Cell, ...]:
    named = (row.reference, row.title, row.organisation, row.authority, pounds(row.asks_pence))
    scores = (row.score, row.spread, " ".join(f"{total:.1f}" for total in row.totals))
    return (
        row.place if row.is_recommended else None,
        *named,
        pounds(row.running_pence) if row.is_recommended else None,
        *(scores if shown else (None, None, None)),
    )


def _from(call: Round, after: int) -> str:
    return url_for("office.ranked", ref=call.ref, after=after)


def _axis(rows: Sequence[RankedRow], line: Line) -> dict[str, object]:
    """One scale for the whole table, in steps of five or ten, wide enough for every dot."""
    values = [float(total) for row in rows for total in (row.score, *row.totals)]
    low, high = min(values, default=50.0), max(values, default=100.0)
    step = 5 if high - low <= 40 else 10
    start, end = int(low // step) * step, -(-int(high) // step) * step
    return {
        "from": max(start - 2, 0),
        "to": min(end + 2, 102),
        "ticks": list(range(start, end + 1, step)),
        "line": float(line.score) if line.score is not None else None,
    }


def _finding(line: Line) -> str:
    if not line.ranked:
        return "No bid has been recommended yet"
    fit = f"{counted(line.above, 'bid fits', 'bids fit')} within the budget"
    if line.short is None:
        return finding(f"all of it fits: {counted(line.ranked, 'bid', 'bids')} within the budget")
    if line.unsure is None:
        return finding(fit)
    first, last = line.unsure
    safe = (
        f"{counted(first - 1, 'bid is', 'bids are')} safe above the line" if 1 < first <= line.above else fit
    )
    return finding(safe, f"ranks {first} to {last} could change places" if first < last else "one is unsure")


def _lede(line: Line) -> str:
    if not line.ranked or line.short is None:
        return ""
    year = financial_year_name(line.short.year)
    runs_out = f"The budget of {year} runs out after rank {line.above}."
    if line.unsure is None:
        return f"{runs_out} No bid has assessors on both sides of the line."
    return f"{runs_out} Between these ranks assessors lie on both sides of the line: read them together."
