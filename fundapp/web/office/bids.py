"""The list of bids: filtered, searched, a page at a time, or all of it as CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.queries import office
from fundapp.queries.office import BidRow, RoundChoice, Wanted
from fundapp.web.guards import requires
from fundapp.web.office.pages import hidden_from, hidden_from_me, number_in, pages, reader_here
from fundapp.web.spreadsheets import Cell, attachment, pounds
from fundapp.web.tags import kind_of
from workflows.actors import Permission
from workflows.machine import State
from workflows.pathways import PATHWAYS, pathway

HEAD = (
    "Reference", "Title", "Organisation", "District code", "Round", "State", "Sent in",
    "Asks for, £", "Score",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row with the words and the shape of its state."""

    bid: BidRow
    state: str
    kind: str


@pages.get("/bids")
@requires(Permission.BID_LIST)
def bids() -> ResponseReturnValue:
    """One page of bids, newest first."""
    choices = office.rounds_to_choose()
    wanted = _wanted(choices)
    page = office.bids(
        wanted, after=number_in(request.args.get("after")), before=number_in(request.args.get("before"))
    )
    hidden = hidden_from_me([row.id for row in page.rows])
    rows = [office.without_scores(row) if row.id in hidden else row for row in page.rows]
    return render_template(
        "office/bids.html", lines=[_line(row) for row in rows], page=page, choices=choices, wanted=wanted,
        states=_states(), sought=_sought(), newer=_cursor(before=page.newer), older=_cursor(after=page.older),
    )  # fmt: skip


@pages.get("/bids.csv")
@requires(Permission.BID_LIST)
def bids_csv() -> ResponseReturnValue:
    """Every bid of the same filter as a file."""
    return attachment("bids.csv", HEAD, _cells(_wanted(office.rounds_to_choose()), reader_here()))


def _cells(wanted: Wanted, reader: int | None) -> Iterator[tuple[Cell, ...]]:
    for rows in office.every_bid(wanted):
        hidden = hidden_from(reader, [row.id for row in rows])
        for row in rows:
            yield (
                row.reference, row.title, row.organisation, row.authority, row.round_ref, _name(row),
                row.submitted_at, pounds(row.asks_pence), None if row.id in hidden else row.score,
            )  # fmt: skip


def _wanted(choices: tuple[RoundChoice, ...]) -> Wanted:
    """The filter in the address; a round or a state that does not exist filters nothing."""
    ref, state = request.args.get("round", ""), request.args.get("state", "")
    chosen = next((each.id for each in choices if each.ref == ref), None)
    known = {key for key, _ in _states()}
    return Wanted(chosen, state if state in known else None, request.args.get("q", ""))


def _sought() -> dict[str, str]:
    """The filter as it stands in the address, for links that keep it."""
    return {name: value for name in ("round", "state", "q") if (value := request.args.get(name, ""))}


def _cursor(**cursor: int | None) -> str:
    name, value = next(iter(cursor.items()))
    values: dict[str, Any] = _sought() | {name: value}
    return "" if value is None else url_for("office.bids", **values)


def _states() -> list[tuple[str, str]]:
    """Every state any pathway has, in the order of the road, with its staff name."""
    states: dict[str, State] = {}
    for road in PATHWAYS.values():
        states.update({state.key: state for state in road.machine.states if state.key not in states})
    return [(key, state.staff_name) for key, state in states.items() if key != "draft"]


def _line(row: BidRow) -> Line:
    return Line(row, _name(row), kind_of(row.state))


def _name(row: BidRow) -> str:
    return pathway(row.pathway, row.pathway_version).machine.state(row.state).staff_name
