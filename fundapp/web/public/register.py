"""The register of awards: every one whose decision is released and whose offer was made, for everybody."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.queries import register
from fundapp.queries.register import AwardRow, Wanted
from fundapp.web.guards import public
from fundapp.web.public.pages import pages
from fundapp.web.spreadsheets import Cell, attachment, pounds
from workflows.machines import machine_for
from workflows.rules.rd_spend import CITY_REGION
from workflows.rules.schedule import financial_year_name

HEAD = (
    "Award", "Project", "Summary", "Organisation", "Company number", "District code", "District", "Fund",
    "Round", "Kind", "Award, £", "Whole cost, £", "Financial year", "Starts", "Ends", "Decision released",
    "State",
)  # fmt: skip
KINDS: Mapping[str, str] = {"grant": "Grant", "equity": "Investment", "convertible_loan": "Convertible loan"}


@pages.get("/awards")
@public
def awards() -> ResponseReturnValue:
    """One page of the register, newest first, narrowed by fund, district and financial year."""
    wanted = _wanted()
    page = register.page(wanted, after=_number("after"), before=_number("before"))
    funds, years = register.funds_and_years(is_public=True)
    return render_template(
        "public/awards.html", page=page, summary=register.summary(wanted), wanted=wanted, funds=funds,
        years=[(year, financial_year_name(year)) for year in years], districts=CITY_REGION, kinds=KINDS,
        states={state.key: state.public_name for state in machine_for("award").states}, sought=_sought(),
        newer=_cursor(before=page.newer), older=_cursor(after=page.older),
    )  # fmt: skip


@pages.get("/awards.csv")
@public
def awards_csv() -> ResponseReturnValue:
    """Every award of the same filter as a file, sent while it is read."""
    return attachment("awards.csv", HEAD, (_cells(row) for row in register.every(_wanted())))


def _wanted() -> Wanted:
    """The filter in the address; a district or a year that does not exist filters nothing."""
    district, fund = request.args.get("district", ""), request.args.get("fund", "")
    return Wanted(
        is_public=True,
        fund_slug=fund or None,
        authority=district if district in CITY_REGION else None,
        financial_year=_number("year", longest=4),
    )


def _number(name: str, longest: int = 18) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else None


def _sought() -> dict[str, str]:
    """The filter as it stands in the address, for links that keep it."""
    return {name: value for name in ("fund", "district", "year") if (value := request.args.get(name, ""))}


def _cursor(**cursor: int | None) -> str:
    name, value = next(iter(cursor.items()))
    values: dict[str, Any] = _sought() | {name: value}
    return "" if value is None else url_for("public.awards", **values)


def _cells(row: AwardRow) -> tuple[Cell, ...]:
    district, kind = CITY_REGION.get(row.authority or ""), KINDS.get(row.instrument, row.instrument)
    return (
        row.reference, row.title, row.summary, row.organisation, row.company_number, row.authority, district,
        row.fund, row.round_ref, kind, pounds(row.amount_pence), pounds(row.cost_pence),
        financial_year_name(row.financial_year), row.starts_on.isoformat(), row.ends_on.isoformat(),
        row.released_at, machine_for("award").state(row.state).public_name,
    )  # fmt: skip
