"""Writing a bid: one question a page, the project, the organisation, the money; nothing is ever lost."""

from dataclasses import replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp.models.applications import Application
from fundapp.services import bids, organisations
from fundapp.services.bids import Project, StaleError
from fundapp.services.organisations import Details
from fundapp.web.apply.answering import answer
from fundapp.web.apply.forms import MoneyForm, PlaceForm, ProjectForm, SizeForm, version_sent
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.saving import NO_TROUBLE, Trouble, common, now_shown, onward
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import completeness
from workflows.funds.definition import Question
from workflows.funds.kinds import ANSWERED
from workflows.funds.pinned import MONEY
from workflows.machine import Blocked
from workflows.rules.costs import largest_grant

MAY_WRITE = Permission.BID_EDIT
MAY_SEE = Permission.BID_FOLLOW


@pages.route("/<reference>/questions/<key>", methods=["GET", "POST"])
@requires(MAY_WRITE, own, sees=MAY_SEE)
def question(bid: Application, key: str) -> ResponseReturnValue:
    """One question of the form; the kind of question decides what its page asks."""
    asked = bid.round.rules.question(key)
    if asked is None:
        abort(404)
    if asked.kind in MONEY:
        return redirect(url_for("apply.money", reference=bid.reference))
    if asked.kind == "file":
        return redirect(url_for("apply.files", reference=bid.reference, key=key))
    if asked.kind == "organisation":
        return _place(bid, asked)
    if asked.kind == "size":
        return _size(bid, asked)
    if asked.kind in ANSWERED:
        return answer(bid, asked)
    return redirect(url_for("apply.check", reference=bid.reference))


@pages.route("/<reference>/project", methods=["GET", "POST"])
@requires(MAY_WRITE, own, sees=MAY_SEE)
def project(bid: Application) -> ResponseReturnValue:
    """What the project is called, what it does, and when."""
    form = ProjectForm.of(bid.round.rules, bids.project_of(bid))
    if request.method == "GET":
        return _project_page(bid, form)
    if not form.validate_on_submit():
        return _project_page(bid, form), 400
    written = replace(
        bids.project_of(bid),
        title=form.title.data or "",
        summary=form.summary.data or "",
        theme=form.theme.data,
        starts_on=form.starts_on.data,
        months=form.months.data,
    )
    trouble = _save_project(bid, written)
    return onward(bid) if trouble is NO_TROUBLE else (_project_page(bid, form, trouble), 409)


@pages.route("/<reference>/money", methods=["GET", "POST"])
@requires(Permission.BID_BUDGET, own, sees=MAY_SEE)
def money(bid: Application) -> ResponseReturnValue:
    """What the project costs, what is asked for, who pays the rest, and how much of it is R&D."""
    form = MoneyForm.of(bids.project_of(bid))
    if request.method == "GET":
        return _money_page(bid, form)
    if not form.validate_on_submit():
        return _money_page(bid, form), 400
    written = replace(
        bids.project_of(bid),
        total_cost_pence=form.total_cost.data or 0,
        grant_requested_pence=form.grant_requested.data or 0,
        match_funding_pence=form.match_funding.data or 0,
        rd_share_bp=form.rd_share.data or 0,
    )
    trouble = _save_project(bid, written)
    if trouble is not NO_TROUBLE:
        return _money_page(bid, form, trouble), 409
    if "stay" in request.form or _money_gaps(bid):
        return redirect(url_for("apply.money", reference=bid.reference, saved=now_shown()))
    return onward(bid)


def _place(bid: Application, asked: Question) -> ResponseReturnValue:
    firm = bid.organisation
    values = {"name": firm.name, "postcode": firm.postcode, "authority": firm.authority}
    form = PlaceForm.offering(bid.round.rules.authorities, **values)
    return _of_firm(
        bid,
        asked,
        form,
        lambda: {
            "name": form.name.data or "",
            "postcode": form.postcode.data,
            "authority": form.authority.data,
        },
    )


def _size(bid: Application, asked: Question) -> ResponseReturnValue:
    firm = bid.organisation
    form = SizeForm(
        staff_count=firm.staff_count,
        turnover_pence=firm.turnover_pence,
        gross_assets_pence=firm.gross_assets_pence,
    )
    return _of_firm(
        bid,
        asked,
        form,
        lambda: {
            "staff_count": form.staff_count.data,
            "turnover_pence": form.turnover_pence.data,
            "gross_assets_pence": form.gross_assets_pence.data,
        },
    )


def _of_firm(bid: Application, asked: Question, form: FlaskForm, written: Any) -> ResponseReturnValue:
    if request.method == "GET":
        return _firm_page(bid, asked, form)
    if not form.validate_on_submit():
        return _firm_page(bid, asked, form), 400
    try:
        organisations.update(bid.organisation, replace(_details(bid), **written()), me())
    except Blocked as blocked:
        return _firm_page(bid, asked, form, Trouble(blocked=blocked)), 409
    return onward(bid, asked)


def _details(bid: Application) -> Details:
    return Details(**{name: getattr(bid.organisation, name) for name in Details.__dataclass_fields__})


def _save_project(bid: Application, written: Project) -> Trouble:
    try:
        bids.save_project(bid, written, version_sent(), me())
    except StaleError as stale:
        return Trouble(stale=stale)
    except Blocked as blocked:
        return Trouble(blocked=blocked)
    return NO_TROUBLE


def _firm_page(bid: Application, asked: Question, form: FlaskForm, trouble: Trouble = NO_TROUBLE) -> str:
    return render_template(
        "apply/organisation.html", bid=bid, question=asked, form=form, **common(form, trouble)
    )


def _project_page(bid: Application, form: ProjectForm, trouble: Trouble = NO_TROUBLE) -> str:
    version = trouble.stale.version if trouble.stale else bid.project_version
    theirs = trouble.stale.theirs if trouble.stale else {}
    return render_template(
        "apply/project.html",
        bid=bid,
        rules=bid.round.rules,
        form=form,
        version=version,
        theirs=theirs,
        **common(form, trouble),
    )


def _money_page(bid: Application, form: MoneyForm, trouble: Trouble = NO_TROUBLE) -> str:
    rules = bid.round.rules
    version = trouble.stale.version if trouble.stale else bid.project_version
    return render_template(
        "apply/money.html",
        bid=bid,
        rules=rules,
        question=next(rules.of_kind(*MONEY)),
        form=form,
        version=version,
        theirs=trouble.stale.theirs if trouble.stale else {},
        gaps=_money_gaps(bid),
        most=largest_grant(bid.total_cost_pence, rules.award.rate_bp),
        **common(form, trouble),
    )


def _money_gaps(bid: Application) -> list[completeness.Gap]:
    rules = bid.round.rules
    written = bids.written(bid, {})
    place = next(rules.of_kind(*MONEY)).key
    return list(completeness.money_gaps(place, rules.award, written)) if bid.total_cost_pence else []
