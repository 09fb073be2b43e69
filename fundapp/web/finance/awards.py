"""Commitments: every award with its money, one award with its conditions and claims, and its start."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import ledger
from fundapp.models.awards import Award
from fundapp.queries import awards, events, register
from fundapp.queries.register import AwardRow, Wanted
from fundapp.services import awards as verbs
from fundapp.services import bank_accounts
from fundapp.web.finance import home
from fundapp.web.finance.endings import release_door, ways_out
from fundapp.web.finance.home import Shown
from fundapp.web.finance.pages import doors, me, mine, number_in, pages, the_award
from fundapp.web.finance.words import ACCOUNTS, AWARD_KINDS, CLAIM_KINDS
from fundapp.web.guards import requires
from fundapp.web.spreadsheets import Cell, attachment, pounds
from workflows.actors import Permission
from workflows.machine import Blocked, Machine
from workflows.machines import machine_for
from workflows.rules.rd_spend import CITY_REGION
from workflows.rules.schedule import financial_year_name

LIST = Permission.AWARD_LIST
HEAD = (
    "Award", "Organisation", "Company number", "District", "Fund", "Round", "Financial year", "State",
    "Instrument", "Award, £", "Whole cost, £", "Starts", "Ends", "Approved",
)  # fmt: skip


@pages.get("/awards")
@requires(LIST)
def list_awards() -> ResponseReturnValue:
    """One page of commitments with a bar each, newest first."""
    wanted = _wanted()
    page = register.page(
        wanted, after=number_in(request.args.get("after")), before=number_in(request.args.get("before"))
    )
    lines = home.bars([_shown(row) for row in page.rows])
    return render_template(
        "finance/awards.html", lines=lines, page=page, wanted=wanted, summary=register.summary(wanted),
        states=_states(), scale=max((line.amount_pence for line in lines), default=1),
        newer=_cursor(before=page.newer), older=_cursor(after=page.older),
    )  # fmt: skip


@pages.get("/awards.csv")
@requires(LIST)
def awards_csv() -> ResponseReturnValue:
    """Every commitment of the same filter as a file."""
    return attachment("commitments.csv", HEAD, (_cells(row) for row in register.every(_wanted())))


@pages.get("/awards/<ref>")
@requires(LIST, the_award)
def award(award: Award) -> ResponseReturnValue:
    """One award: its money by account, its conditions, its claims and what happened."""
    return _page(award)


@pages.post("/awards/<ref>/start")
@requires(Permission.AWARD_MANAGE, the_award, sees=LIST)
def start(award: Award) -> ResponseReturnValue:
    """Start the project: a claim is opened for each instalment."""
    try:
        verbs.start(award, me())
    except Blocked as blocked:
        return _page(award, blocked), 409
    flash("The project has started, and its claims are open.", "success")
    return redirect(url_for("finance.award", ref=award.reference))


@pages.post("/awards/<ref>/conditions/<int:number>")
@requires(Permission.AWARD_MANAGE, the_award, sees=LIST)
def discharge(award: Award, number: int) -> ResponseReturnValue:
    """Record that a condition is met."""
    if number not in {each.number for each in award.conditions}:
        return redirect(url_for("finance.award", ref=award.reference))
    verbs.discharge_condition(award, number, me())
    flash(f"Condition {number} is met.", "success")
    return redirect(url_for("finance.award", ref=award.reference))


def _page(award: Award, blocked: Blocked | None = None) -> str:
    machine = machine_for("award")
    bid = award.application
    account = bank_accounts.in_force(bid.organisation_id)
    return render_template(
        "finance/award.html", award=award, bid=bid, state=machine.state(award.state),
        kind=AWARD_KINDS.get(award.state, "none"), claims=awards.claims_of(award.id),
        claim_states={state.key: state for state in machine_for("claim").states}, claim_kinds=CLAIM_KINDS,
        balances=ledger.balances(award_id=award.id), accounts=ACCOUNTS, account=account,
        ways_out=ways_out(award), releasing=release_door(award),
        starting=doors(award, ("start",), {"gaps": ()}).get("start"),
        may_manage=Permission.AWARD_MANAGE in mine(), may_verify=Permission.BANK_VERIFY in mine(),
        may_read_ledger=Permission.LEDGER_READ in mine(), may_read_claims=Permission.CLAIM_LIST in mine(),
        events=events.of_case("award", award.id),
        names=_names(machine), district=CITY_REGION.get(bid.organisation.authority or ""), blocked=blocked,
    )  # fmt: skip


def _wanted() -> Wanted:
    """The filter in the address; a state that does not exist filters nothing."""
    state = request.args.get("state", "")
    return Wanted(is_public=False, state=state if state in dict(_states()) else None)


def _states() -> list[tuple[str, str]]:
    return [(state.key, state.staff_name) for state in machine_for("award").states]


def _cursor(**cursor: int | None) -> str:
    name, value = next(iter(cursor.items()))
    values: dict[str, Any] = {"state": request.args["state"]} if request.args.get("state") else {}
    return "" if value is None else url_for("finance.list_awards", **values | {name: value})


def _shown(row: AwardRow) -> Shown:
    return Shown(row.id, row.reference, row.organisation, row.amount_pence, row.rate_bp, row.state)


def _cells(row: AwardRow) -> tuple[Cell, ...]:
    district = CITY_REGION.get(row.authority or "", row.authority)
    return (
        row.reference, row.organisation, row.company_number, district, row.fund, row.round_ref,
        financial_year_name(row.financial_year), machine_for("award").state(row.state).staff_name,
        row.instrument, pounds(row.amount_pence), pounds(row.cost_pence), row.starts_on.isoformat(),
        row.ends_on.isoformat(), row.approved_at,
    )  # fmt: skip


def _names(machine: Machine) -> dict[str, str]:
    """Words for the actions and states of an award, for its history."""
    words = {state.key: state.staff_name for state in machine.states}
    words |= {step.action: step.label for step in machine.transitions}
    return words | {"open": "Award made", "discharge_condition": "Condition met"}
