"""Beginning a bid: which organisation, and what it is called; or from one written before."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.queries import bids as queries
from fundapp.queries import rounds
from fundapp.services import bids, joining, organisations, reuse
from fundapp.services.tries import TooManyTries
from fundapp.web.account.waiting import wait_in_words
from fundapp.web.apply.forms import NEW, StartForm
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.questions.firm_forms import OrganisationForm
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.BID_START)
def new() -> ResponseReturnValue:
    """Choose or register the organisation, name the project, and begin."""
    call = rounds.public_round(request.args.get("round", ""))
    if call is None:
        abort(404)
    known = {firm.id: firm for firm in queries.organisations_of(me().id)}
    form = StartForm.among((number, firm.name) for number, firm in known.items())
    firm_form = OrganisationForm()
    if request.method == "GET":
        form.organisation.data = str(next(iter(known), NEW))
        firm_form.name.data = "" if known else me().organisation_name
        return _page(call, form, firm_form)
    if not known:
        form.organisation.data = NEW
        form.organisation.process_formdata([NEW])
    is_new = form.organisation.data == NEW
    if not all([form.validate_on_submit(), not is_new or firm_form.validate_on_submit()]):
        return _page(call, form, firm_form, asks_firm=is_new), 400
    try:
        firm = _firm(form, firm_form, known)
        bid = bids.start(call, firm, form.title.data or "", me())
    except organisations.HeldByOthersError as held:
        if "ask" in request.form:
            return _ask(call, form, firm_form, held.organisation)
        firm_form.company_number.errors = [f"{held} Ask its people below, or put the number right."]
        return _page(call, form, firm_form, asks_firm=True, is_held=True), 409
    except Blocked as blocked:
        return _page(call, form, firm_form, blocked=blocked), 409
    return redirect(url_for("apply.bid", reference=bid.reference))


@pages.get("/<reference>/again")
@requires(Permission.BID_EDIT, own, sees=Permission.BID_FOLLOW)
def again(bid: Application) -> ResponseReturnValue:
    """The open rounds a bid can be used for again."""
    return _again_page(bid)


@pages.post("/<reference>/again")
@requires(Permission.BID_EDIT, own, sees=Permission.BID_FOLLOW)
def use_again(bid: Application) -> ResponseReturnValue:
    """Begin a draft to another round with what this bid says."""
    call = rounds.public_round(request.form.get("round", ""))
    if call is None:
        return _again_page(bid, ["Choose one of the rounds on this page."]), 400
    try:
        draft = reuse.use_again(bid, call, me())
    except Blocked as blocked:
        return _again_page(bid, [each.reason for each in blocked.blockers]), 409
    flash("This draft begins with what you wrote before. Check every answer: the questions may ask for more.")
    return redirect(url_for("apply.bid", reference=draft.reference))


def _ask(
    call: Round, form: StartForm, firm_form: OrganisationForm, organisation: Organisation
) -> ResponseReturnValue:
    """Ask the people of an organisation to let this person in; the bid is begun once they have."""
    try:
        joining.ask(organisation, me())
    except TooManyTries as wait:
        firm_form.company_number.errors = [wait_in_words(wait)]
        return _page(call, form, firm_form, asks_firm=True, is_held=True), 429
    flash(
        f"The people of company {organisation.company_number} are asked to let you in, and we write to you as"
        " soon as they have answered. Then start the bid here: it begins with the organisation in the list."
    )
    return redirect(url_for("apply.index"))


def _again_page(bid: Application, reasons: Sequence[str] = ()) -> str:
    found = rounds.taking_bids(besides=bid.round)
    return render_template(
        "apply/again.html",
        bid=bid,
        rounds=found,
        left_behind=reuse.left_behind(bid, found),
        reasons=list(reasons),
        has_errors=bool(reasons),
    )


def _firm(form: StartForm, firm_form: OrganisationForm, known: dict[int, Organisation]) -> Organisation:
    if form.organisation.data == NEW:
        return organisations.register(firm_form.details(), me())
    return known[int(form.organisation.data)]


def _page(
    call: Round,
    form: StartForm,
    firm_form: OrganisationForm,
    *,
    asks_firm: bool = False,
    is_held: bool = False,
    blocked: Blocked | None = None,
) -> str:
    return render_template(
        "apply/new.html",
        call=call,
        form=form,
        firm_form=firm_form,
        asks_firm=asks_firm,
        is_held=is_held,
        blocked=blocked,
        has_errors=bool(form.errors or firm_form.errors or blocked),
    )
