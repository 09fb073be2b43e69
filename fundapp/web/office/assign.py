"""Readers for a round's bids: proposed by a press, edited by hand, then invited."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.queries import assessments, conflicts, worklists
from fundapp.services import assessment as verbs
from fundapp.services import assignment
from fundapp.web.guards import requires
from fundapp.web.office.forms import AssignForm, ProposeForm, ReasonForm
from fundapp.web.office.pages import counted, finding, me, pages
from fundapp.web.office.subjects import the_assessment, the_round
from workflows.actors import Permission
from workflows.machine import Blocked

LIST = Permission.BID_LIST
ASSIGN = Permission.ASSESSMENT_ASSIGN


@pages.get("/rounds/<ref>/assign")
@requires(LIST, the_round)
def assign(call: Round) -> ResponseReturnValue:
    """Who is proposed for what, which bids still lack readers, and why."""
    return _page(call)


@pages.post("/rounds/<ref>/assign/propose")
@requires(ASSIGN, the_round, sees=LIST)
def propose(call: Round) -> ResponseReturnValue:
    """Propose readers wherever some are missing."""
    form = ProposeForm()
    if not form.validate_on_submit():
        return _page(call, proposing=form), 400
    found = assignment.propose(call, me(), most=form.most.data)
    missing = sum(found.missing.values())
    said = finding(
        f"{counted(len(found.pairs), 'reader is', 'readers are')} proposed; nobody has been asked yet"
    )
    unmet = f" {missing} could not be placed: everybody free has a conflict or is full." if missing else ""
    flash(f"{said}.{unmet}")
    return redirect(url_for("office.assign", ref=call.ref))


@pages.post("/rounds/<ref>/assign/add")
@requires(ASSIGN, the_round, sees=LIST)
def add(call: Round) -> ResponseReturnValue:
    """Propose one assessor for one bid by hand."""
    form = _adding(call)
    if not form.validate_on_submit():
        return _page(call, adding=form), 400
    bid = next(each for each, _ in _lacking(call) if each.reference == form.bid.data)
    person = next(each for each in assessments.assessors() if str(each.id) == form.assessor.data)
    if any(each.assessor_id == person.id for each in assessments.of_bid(bid.id)):
        form.assessor.errors = [f"{person.name} has been asked to read this bid before: choose somebody else"]
        return _page(call, adding=form), 409
    try:
        verbs.propose(bid, person, me())
    except Blocked as blocked:
        return _page(call, blocked, adding=form), 409
    return redirect(url_for("office.assign", ref=call.ref))


@pages.post("/rounds/<ref>/assign/invite")
@requires(ASSIGN, the_round, sees=LIST)
def invite_all(call: Round) -> ResponseReturnValue:
    """Ask everybody who was proposed and has no conflict."""
    asked = assignment.invite_all(call, me())
    flash(finding(f"{counted(asked, 'invitation is', 'invitations are')} on their way") + ".", "success")
    return redirect(url_for("office.assign", ref=call.ref))


@pages.post("/assessments/<int:number>/remove")
@requires(ASSIGN, the_assessment)
def remove(assessment: Assessment) -> ResponseReturnValue:
    """Take a proposal back; nobody was asked yet."""
    call = assessment.application.round
    try:
        verbs.withdraw(assessment, me())
    except Blocked as blocked:
        return _page(call, blocked), 409
    return redirect(url_for("office.assign", ref=call.ref))


@pages.post("/assessments/<int:number>/override")
@requires(ASSIGN, the_assessment)
def sign_override(assessment: Assessment) -> ResponseReturnValue:
    """Sign that a conflict found may stand; it takes two people."""
    form = ReasonForm()
    call = assessment.application.round
    if not form.validate_on_submit():
        return _page(call), 400
    try:
        verbs.sign_override(assessment, me(), reason=form.reason.data or "")
    except Blocked as blocked:
        return _page(call, blocked), 409
    flash("Your signature is recorded. The invitation needs two.")
    return redirect(url_for("office.assign", ref=call.ref))


def _page(
    call: Round,
    blocked: Blocked | None = None,
    *,
    proposing: ProposeForm | None = None,
    adding: AssignForm | None = None,
) -> str:
    proposed = worklists.proposed(call)
    found = conflicts.between(
        {each.assessor_id for each in proposed}, {each.application_id for each in proposed}
    )
    lacking = _lacking(call)
    return render_template(
        "office/assign.html", call=call, proposed=proposed, conflicts=found, lacking=lacking, blocked=blocked,
        needed=call.rules.assessment.assessors_per_bid, proposing=proposing or ProposeForm(),
        adding=adding or _adding(call), problem_form=adding or proposing,
        page_title=_finding(len(proposed), len(lacking)),
    )  # fmt: skip


def _lacking(call: Round) -> list[tuple[Application, int]]:
    return worklists.lacking_readers(call, call.rules.assessment.assessors_per_bid)


def _adding(call: Round) -> AssignForm:
    form = AssignForm()
    form.bid.choices = [("", "Choose a bid")] + [
        (bid.reference, f"{bid.reference} {bid.title}") for bid, _ in _lacking(call)
    ]
    form.assessor.choices = [("", "Choose an assessor")] + [
        (str(each.id), each.name) for each in assessments.assessors()
    ]
    return form


def _finding(proposed: int, lacking: int) -> str:
    if proposed:
        return finding(f"{counted(proposed, 'reader is', 'readers are')} proposed and not yet asked")
    if lacking:
        return finding(f"{counted(lacking, 'bid lacks', 'bids lack')} readers")
    return "Every bid has its readers"
