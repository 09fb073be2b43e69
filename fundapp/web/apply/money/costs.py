"""The costs of a bid, an organisation a page: saved as they are written, worked out while typing."""

from collections.abc import Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm.attributes import set_committed_value

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.costs import CostShare
from fundapp.queries import bid_files
from fundapp.queries import bids as queries
from fundapp.services import bids, costs
from fundapp.services.answers import Saved
from fundapp.services.bids import Files
from fundapp.services.costs import LEAD, UnknownShareError
from fundapp.services.stale import StaleError
from fundapp.web import attached
from fundapp.web.apply.files import shelves
from fundapp.web.apply.forms import version_sent
from fundapp.web.apply.money.cost_forms import MATCH, CostForm
from fundapp.web.apply.pages import me, pages
from fundapp.web.apply.questions.saving import name_of, onward, since, time_shown, why_fixed
from fundapp.web.filters import clock_seconds, sterling
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds import completeness, costing
from workflows.funds.gap import Gap
from workflows.funds.pinned import MONEY
from workflows.machine import Blocked
from workflows.rules.cost_sheets import LINES, Sheet, from_data
from workflows.rules.funding import Funding, Part

MAY = Permission.BID_COSTS
NOT_SAVED = "Nothing on this page is saved until this is put right. It is kept in this browser."


def own_share(reference: str, number: int = LEAD) -> CostShare | None:
    """The share of a bid's costs that an address names; without a number the lead's."""
    bid = queries.by_reference(reference)
    share = costs.share_in(bid, bid.cost_shares, number) if bid is not None else None
    if share is not None:
        set_committed_value(share, "application", bid)  # so that it is not read a second time
    return share


@pages.route("/<reference>/money", methods=["GET", "POST"])
@pages.route("/<reference>/money/<int:number>", methods=["GET", "POST"])
@requires(MAY, own_share, sees=Permission.BID_FOLLOW)
def money(share: CostShare) -> ResponseReturnValue:
    """What an organisation spends line by line, who else pays, and what it all comes to."""
    bid = share.application
    form = CostForm.of(bid.round.rules.costs, _sheet(share))
    if request.method == "GET":
        form.begin(request.args.get("add", ""), is_new=not share.version)
        return _page(share, form)
    form.take_out(request.form.get("remove", ""))
    if not form.validate_on_submit():
        form.room_for(request.form.get("add", ""))
        return _page(share, form), 400
    try:
        costs.save(share, form.sheet(), version_sent(), me())
    except StaleError as stale:
        return _page(share, form, stale=stale), 409
    except Blocked as blocked:
        return _page(share, form, blocked=blocked), 409
    except UnknownShareError:
        return _gone()
    return _on(share)


@pages.post("/<reference>/money/autosave")
@pages.post("/<reference>/money/<int:number>/autosave")
@requires(MAY, own_share, sees=Permission.BID_FOLLOW)
def autosave_money(share: CostShare) -> ResponseReturnValue:
    """Save the sheet as it stands; another one saved meanwhile is told of beside the refusal."""
    form = CostForm.of(share.application.round.rules.costs, Sheet())
    if not form.validate_on_submit():
        return jsonify(_unread(form)), 400
    try:
        saved = costs.save(share, form.sheet(), version_sent(), me())
    except StaleError as stale:
        return jsonify(reload=True, **since(stale)), 409
    except Blocked as blocked:
        return jsonify(error=" ".join(each.reason for each in blocked.blockers)), 409
    except UnknownShareError:
        return jsonify(error="Your organisation no longer takes part in this bid."), 409
    return jsonify(_confirmed(saved))


@pages.post("/<reference>/money/totals")
@pages.post("/<reference>/money/<int:number>/totals")
@requires(MAY, own_share, sees=Permission.BID_FOLLOW)
def money_totals(share: CostShare) -> ResponseReturnValue:
    """What the sheet comes to as it is written now; nothing is kept, whatever is wrong with a box."""
    bid = share.application
    form = CostForm.of(bid.round.rules.costs, Sheet())
    form.validate()
    found = costs.funding_once_saved(bid, bid.cost_shares, share.number, form.sheet())
    return jsonify(
        totals=_totals(bid, share, found, _gaps_in(bid, found, bid_files.added(bid.id), share.number)),
        amounts={place: sterling(pence) for place, pence in _amounts(found, share.number, form).items()},
    )


def _on(share: CostShare) -> ResponseReturnValue:
    """On to the same page while there is more to do on it, else back to the tasks."""
    bid = share.application
    here: dict[str, Any] = {
        "reference": bid.reference,
        "number": share.number or None,
        "saved": clock_seconds(clock.now()),
    }
    if added := request.form.get("add"):
        return redirect(url_for("apply.money", **here, add=added, _anchor=f"{added}-add"))
    if "file" in request.form:
        return redirect(shelves.beside(share).page)
    if share.number != LEAD or {"stay", "remove"} & set(request.form) or _gaps(bid):
        return redirect(url_for("apply.money", **here))
    return onward(bid)


def _gone() -> ResponseReturnValue:
    flash("Your organisation no longer takes part in this bid.")
    return redirect(url_for("apply.index"))


def _page(
    share: CostShare, form: CostForm, *, stale: StaleError | None = None, blocked: Blocked | None = None
) -> str:
    bid = share.application
    rules = bid.round.rules
    found = _found(share, form)
    mistakes = [(field.id, f"{named}: {field.errors[0]}") for named, field in form.mistakes()]
    shelf, files = shelves.beside(share), bid_files.added(bid.id)
    gaps = _gaps_in(bid, found, files, share.number)
    return render_template(
        "apply/money.html",
        bid=bid,
        share=share,
        rules=rules,
        question=next(rules.of_kind(*MONEY)),
        form=form,
        found=found,
        gaps=gaps,
        amounts=_amounts(found, share.number, form),
        totals=Markup(_totals(bid, share, found, gaps)),  # noqa: S704 - a template of ours, escaped there
        version=stale.version if stale else share.version,
        stale=stale,
        theirs=_part(_with(bid, share, stale), share.number) if stale else None,
        reasons=[each.reason for each in blocked.blockers] if blocked else [],
        mistakes=mistakes,
        has_errors=bool(mistakes or stale or blocked),
        is_unsaved=request.method == "POST",
        last=share.saved_at,
        name_of=name_of,
        saved=time_shown(),
        match=MATCH,
        calculation=attached.shown(files.get(shelf.question.key, ()), shelf.opening),
        is_calculated=_part(found, share.number).stated.sheet.overheads.is_calculated,
        lines=LINES,
        fixed=why_fixed(bid),
    )


def _found(share: CostShare, form: CostForm) -> Funding:
    """What the costs come to: as they are saved, or as they were sent and are not."""
    bid = share.application
    if form.is_submitted():
        return costs.funding_once_saved(bid, bid.cost_shares, share.number, form.sheet())
    return costs.funding_now(bid, bid.cost_shares, share.number, _sheet(share))


def _with(bid: Application, share: CostShare, stale: StaleError) -> Funding:
    return costs.funding_now(bid, bid.cost_shares, share.number, from_data(stale.theirs))


def _totals(bid: Application, share: CostShare, found: Funding, gaps: Sequence[Gap]) -> str:
    """The panel beside the lines, for the page and for its script alike."""
    return render_template(
        "apply/totals.html",
        bid=bid,
        rules=bid.round.rules,
        found=found,
        part=_part(found, share.number),
        is_lead=share.number == LEAD,
        gaps=gaps,
    )


def _gaps(bid: Application) -> list[Gap]:
    """What the saved costs lack; nothing while none are given."""
    if not bid.total_cost_pence:
        return []
    place = next(bid.round.rules.of_kind(*MONEY)).key
    written = bids.written(bid, {}, bid_files.added(bid.id), costs.stated_of(bid))
    return list(completeness.money_gaps(place, bid.round.rules, written))


def _gaps_in(bid: Application, found: Funding, files: Files, number: int) -> list[Gap]:
    """What the costs as they are written now lack; nothing while none are given.

    The lead answers for the whole bid; a partner reads of its own sheet alone.
    """
    if not found.costs_pence:
        return []
    added = {key: bids.attached(each) for key, each in files.items()}
    if number != LEAD:
        sentences = costing.own_gaps(bid.round.rules, found, _part(found, number), added)
        return [Gap("", "", sentence) for sentence in sentences]
    shown = costing.evidence_gaps("", [part.stated for part in found.parts], added)
    return [*completeness.funding_gaps("", bid.round.rules, found), *shown]


def _amounts(found: Funding, number: int, form: CostForm) -> dict[str, int | None]:
    """What each line written and each category comes to, by the name the page has for it."""
    part = _part(found, number)
    amounts = iter(part.worked.amounts)
    by_place: dict[str, int | None] = {MATCH: part.worked.match_pence, **part.worked.by_category}
    for category, rows in form.lists():
        by_place.setdefault(category.key, 0)
        for row in rows or ():
            by_place[row.name] = None if row.form.is_empty else next(amounts, None)
    return by_place


def _part(found: Funding, number: int) -> Part:
    return next(part for part in found.parts if part.stated.number == number)


def _sheet(share: CostShare) -> Sheet:
    return from_data(share.sheet) if share.sheet else Sheet()


def _unread(form: CostForm) -> dict[str, Any]:
    """What the script is told of boxes that cannot be read: the whole sheet waits for them."""
    found = form.mistakes()
    return {
        "error": " ".join(f"{named}: {field.errors[0]}." for named, field in found),
        "mistakes": {field.name: f"{field.errors[0]}. {NOT_SAVED}" for _, field in found},
    }


def _confirmed(saved: Saved) -> dict[str, Any]:
    return {"version": saved.version, "saved_at": clock_seconds(saved.saved_at)}
