"""Writing a bid: one question a page, the project, the organisation, the money; nothing is ever lost."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.applications import Application
from fundapp.services import bids
from fundapp.services.bids import Project
from fundapp.services.stale import StaleError
from fundapp.web.apply.forms import ProjectForm, version_sent
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.apply.questions import firm
from fundapp.web.apply.questions.answering import answer
from fundapp.web.apply.questions.saving import NO_TROUBLE, Trouble, common, onward, why_fixed
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds.kinds import ANSWERED
from workflows.funds.pinned import MONEY
from workflows.machine import Blocked

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
    if asked.kind in firm.PARTS:
        return firm.page(bid, asked)
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
    trouble = _save_project(bid, form.written())
    return onward(bid) if trouble is NO_TROUBLE else (_project_page(bid, form, trouble), 409)


def _save_project(bid: Application, written: Project) -> Trouble:
    try:
        bids.save_project(bid, written, version_sent(), me())
    except StaleError as stale:
        return Trouble(stale=stale)
    except Blocked as blocked:
        return Trouble(blocked=blocked)
    return NO_TROUBLE


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
        last=bid.project_saved_at,
        is_unsaved=request.method == "POST",
        fixed=why_fixed(bid),
        **common(form, trouble),
    )
