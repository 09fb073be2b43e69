"""The R&D total for everybody: three measures never mixed, held against 5% of the region's output."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.access import held_by
from fundapp.reports import rd_total as report
from fundapp.reports.rd_total import MEASURES, Total
from fundapp.reports.region import region
from fundapp.web import sessions
from fundapp.web.guards import public
from fundapp.web.public import target_chart
from fundapp.web.public.amounts import large
from fundapp.web.public.pages import pages
from fundapp.web.spreadsheets import Cell, attachment, pounds
from workflows.actors import Permission
from workflows.rules.schedule import financial_year_name
from workflows.rules.target import share_in_words

HEAD = (
    "Measure", "Quarter", "Calendar year", "Financial year", "District code", "District", "Source of funds",
    "Type of R&D", "£",
)  # fmt: skip
TARGET_HEAD = ("Year", "5% of output, lowest, £", "5% of output, highest, £", "Source")
NOTES = {
    "committed": "award approved",
    "contracted": "offer accepted",
    "defrayed": "claim approved",
}
SOURCES = {"combined_authority": "These funds", "match": "The organisations and others"}


@pages.get("/rd-total")
@public
def rd_total() -> ResponseReturnValue:
    """What these funds' projects add to the region's R&D, how firm it is, how far it is from the aim."""
    found, against = report.rd_total(), region()
    aim = against.path[-1]
    is_staff = Permission.REPORT_READ in held_by(sessions.person())
    total = found.public
    by_year = total.by_calendar_year()
    return render_template(
        "public/rd_total.html", total=total, against=against, aim=aim,
        page_title=_title(total), finding=_finding(total),
        share=share_in_words(max(0, total.of("defrayed")), aim),
        chart=target_chart.spec(against, _defrayed(by_year)),
        firmness=_firmness(total), calendar=_years(by_year, str),
        financial=_years(total.by_financial_year(), financial_year_name),
        districts=_years(total.by_district(), str),
        sources=_years(total.by_source(), lambda key: SOURCES.get(key, key)),
        unreleased=found.unreleased if is_staff else None, whole=found.whole, measures=MEASURES,
        now=clock.now(), large=large,
    )  # fmt: skip


@pages.get("/rd-total.csv")
@public
def rd_total_csv() -> ResponseReturnValue:
    """The same total by quarter, district, source of funds and type of R&D."""
    return attachment("rd-total.csv", HEAD, _cells(report.rd_total().public))


@pages.get("/rd-total/target.csv")
@public
def target_csv() -> ResponseReturnValue:
    """The aim in pounds, year by year."""
    against = region()
    rows = (
        (band.year, pounds(band.low_pence), pounds(band.high_pence), against.output_source.text)
        for band in against.path
    )
    return attachment("rd-target.csv", TARGET_HEAD, rows)


def _title(total: Total) -> str:
    if not total.of("committed"):
        return "No R&D has been approved through these funds yet"
    if not total.of("defrayed"):
        return f"{large(total.of('committed'))} of R&D is approved, and none of it is paid for yet"
    return f"These funds’ projects have paid for {large(total.of('defrayed'))} of R&D so far"


def _finding(total: Total) -> str:
    return f"Of {large(total.of('committed'))} approved, {large(total.of('defrayed'))} has really been spent"


def _firmness(total: Total) -> list[dict[str, Any]]:
    """The three bars on one scale: the firmer the money, the darker the ink."""
    most = max((total.of(measure) for measure in MEASURES), default=0) or 1
    return [
        {
            "name": measure.capitalize(),
            "note": NOTES[measure],
            "kind": measure,
            "share": total.of(measure) / most,
            "amount": large(total.of(measure)),
        }
        for measure in MEASURES
    ]


def _defrayed(by_year: Mapping[int, Mapping[str, int]]) -> dict[int, int]:
    return {year: amounts["defrayed"] for year, amounts in by_year.items()}


def _years(sums: Mapping[Any, Mapping[str, int]], name: Any) -> list[tuple[str, list[int]]]:
    """Rows of a table: what it is of, and each measure."""
    return [(name(key), [amounts[measure] for measure in MEASURES]) for key, amounts in sums.items()]


def _cells(total: Total) -> Iterator[Sequence[Cell]]:
    for cell in total.cells():
        quarter = cell.quarter
        yield (
            cell.measure, str(quarter), quarter.year, financial_year_name(quarter.financial_year),
            cell.authority, cell.district, cell.source_of_funds, cell.rd_type, pounds(cell.pence),
        )  # fmt: skip
