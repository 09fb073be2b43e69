"""Writing a bid: one question a page, the project, the organisation, the money; nothing is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.queries.bids import Saved
from fundapp.services import answers, bids, organisations
from fundapp.services.bids import Project, StaleError
from fundapp.services.organisations import Details
from fundapp.web.apply import tasks
from fundapp.web.apply.forms import AnswerForm, PlaceForm, ProjectForm, SizeForm, version_sent
from fundapp.web.apply.pages import me, own, pages
from fundapp.web.filters import clock_seconds
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.funds.definition import Question
from workflows.funds.pinned import MONEY
from workflows.machine import Blocked

MAY_WRITE = Permission.BID_EDIT
MAY_SEE = Permission.BID_FOLLOW


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing was saved: the rulebook's reasons, or the words somebody else saved meanwhile."""

    blocked: Blocked | None = None
    stale: StaleError | None = None


NO_TROUBLE = Trouble()


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
    if asked.kind == "text":
        return _answer(bid, asked)
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


def _answer(bid: Application, asked: Question) -> ResponseReturnValue:
    saved = queries.answers(bid.id).get(asked.key)
    form = AnswerForm.to(asked, answer=saved.text if saved else "")
    version = saved.version if saved else 0
    if request.method == "GET":
        return _answer_page(bid, asked, form, version, saved)
    if not form.validate_on_submit():
        return _answer_page(bid, asked, form, version_sent(), saved), 400
    try:
        answers.save(bid, asked.key, {"text": form.answer.data or ""}, version_sent(), me())
    except StaleError as stale:
        return _answer_page(bid, asked, form, stale.version, saved, Trouble(stale=stale)), 409
    except Blocked as blocked:
        return _answer_page(bid, asked, form, version_sent(), saved, Trouble(blocked=blocked)), 409
    if "stay" in request.form or form.answer.over:
        return redirect(url_for("apply.question", reference=bid.reference, key=asked.key, saved=_now()))
    return onward(bid, asked)


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


def onward(bid: Application, asked: Question | None = None) -> ResponseReturnValue:
    """On to the question after this one where that was asked for, else back to the tasks."""
    if asked is None or "next" not in request.form or bid.state != "draft":
        return redirect(url_for("apply.bid", reference=bid.reference))
    rules = bid.round.rules
    keys = [each.key for each in rules.questions if each.kind != "declarations"]
    following = keys[keys.index(asked.key) + 1 :]
    place = following[0] if following else None
    if place is None:
        return redirect(url_for("apply.check", reference=bid.reference))
    return redirect(tasks.href(bid.reference, place, rules))


def _answer_page(
    bid: Application,
    asked: Question,
    form: AnswerForm,
    version: int,
    saved: Saved | None,
    trouble: Trouble = NO_TROUBLE,
) -> str:
    criteria = {criterion.key: criterion for criterion in bid.round.rules.criteria}
    return render_template(
        "apply/question.html",
        bid=bid,
        question=asked,
        form=form,
        version=version,
        criterion=criteria.get(asked.scored_under or ""),
        last=saved,
        is_unsaved=request.method == "POST",
        **_common(form, trouble),
    )


def _firm_page(bid: Application, asked: Question, form: FlaskForm, trouble: Trouble = NO_TROUBLE) -> str:
    return render_template(
        "apply/organisation.html", bid=bid, question=asked, form=form, **_common(form, trouble)
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
        **_common(form, trouble),
    )


def _common(form: FlaskForm, trouble: Trouble) -> Mapping[str, Any]:
    return {
        "stale": trouble.stale,
        "blocked": trouble.blocked,
        "has_errors": bool(form.errors or trouble.blocked or trouble.stale),
        "saved": time_shown(),
    }


def _now() -> str:
    return clock_seconds(clock.now())


def time_shown() -> str:
    """The time of the last save, as the address of the page carries it; only ever a time."""
    sent = request.args.get("saved", "")
    parts = sent.split(":")
    return sent if len(parts) == 3 and all(len(part) == 2 and part.isdecimal() for part in parts) else ""
