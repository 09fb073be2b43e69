"""The worklist of checks: bids taken up together, those the record answers passed on together."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.queries import worklists
from fundapp.services import triage as verbs
from fundapp.web.guards import requires
from fundapp.web.office.forms import BulkForm
from fundapp.web.office.pages import counted, finding, me, number_in, pages
from fundapp.web.office.subjects import the_round
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules.eligibility import Check
from workflows.rules.schedule import in_words

LIST = Permission.BID_LIST


@dataclass(frozen=True, slots=True)
class Checked:
    """A bid in triage and what the record says of each check."""

    bid: Application
    checks: tuple[Check, ...]

    @property
    def failed(self) -> list[Check]:
        """The checks the record says are not met."""
        return [each for each in self.checks if each.met is False]

    @property
    def open(self) -> list[Check]:
        """The checks somebody has to answer."""
        return [each for each in self.checks if each.met is None]


@pages.get("/rounds/<ref>/triage")
@requires(LIST, the_round)
def triage(call: Round) -> ResponseReturnValue:
    """What waits to be taken up, and what is being checked."""
    return _page(call, BulkForm())


@pages.post("/rounds/<ref>/triage/take-up")
@requires(Permission.BID_TRIAGE, the_round, sees=LIST)
def take_up_all(call: Round) -> ResponseReturnValue:
    """Take up everything that may be."""
    taken = verbs.take_up_all(call, me())
    if taken:
        flash(finding(f"{counted(taken, 'bid is', 'bids are')} now being checked") + ".", "success")
    else:
        flash("No bid waited to be taken up: a colleague may have done it already.")
    return redirect(url_for("office.triage", ref=call.ref))


@pages.post("/rounds/<ref>/triage/pass")
@requires(Permission.BID_TRIAGE, the_round, sees=LIST)
def pass_all(call: Round) -> ResponseReturnValue:
    """Pass the ticked bids on, with what was found true of all of them."""
    rows = _rows(call)
    form = _bulk(rows)
    if not form.validate_on_submit():
        return _page(call, form), 400
    ticked = [row.bid for row in rows if row.bid.reference in (form.bids.data or ())]
    try:
        passed = verbs.accept_all(ticked, me(), findings=dict.fromkeys(form.checks.data or (), True))
    except Blocked as blocked:
        return _page(call, form, blocked), 409
    left = len(ticked) - passed
    stayed = f" {left} stayed: a check of theirs is not met or not answered." if left else ""
    flash(finding(f"{counted(passed, 'bid goes', 'bids go')} on to assessment.") + stayed, "success")
    return redirect(url_for("office.triage", ref=call.ref))


def _page(call: Round, form: BulkForm, blocked: Blocked | None = None) -> str:
    rows = _rows(call)
    held = worklists.waiting(call.id)
    waiting = held.to_take_up
    to_take = worklists.to_take_up(call) if waiting else ()
    is_open = call.closes_at is not None and clock.now() < call.closes_at
    return render_template(
        "office/triage.html", call=call, rows=rows, form=form, waiting=waiting, held=held, blocked=blocked,
        to_take=to_take,
        open_checks=_open_checks(rows), more=rows[-1].bid.id if len(rows) == worklists.PAGE_SIZE else None,
        stop=f"The round is open until {in_words(call.closes_at)}." if is_open and call.closes_at else "",
        page_title=_finding(len(rows), waiting, is_open), ticked=form.bids.data, found=form.checks.data or (),
    )  # fmt: skip


def _rows(call: Round) -> list[Checked]:
    after = number_in(request.args.get("after")) or 0
    return [Checked(bid, verbs.checks_of(bid)) for bid in worklists.in_state(call, "in_triage", after)]


def _bulk(rows: list[Checked]) -> BulkForm:
    form = BulkForm()
    form.bids.choices = [(row.bid.reference, row.bid.title) for row in rows if not row.failed]
    form.checks.choices = list(_open_checks(rows).items())
    return form


def _open_checks(rows: list[Checked]) -> dict[str, str]:
    """The checks that somebody has to answer for any of these bids, by key."""
    return {each.key: each.question for row in rows for each in row.open}


def _finding(checking: int, waiting: int, is_open: bool) -> str:
    if waiting and not is_open:
        return finding(f"{counted(waiting, 'bid waits', 'bids wait')} to be taken up")
    if checking:
        return finding(f"{counted(checking, 'bid is', 'bids are')} being checked")
    return "Nothing waits to be checked"
