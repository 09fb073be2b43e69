"""One bid as the programme team sees it, and the steps they take with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.installed import settings
from fundapp.models.applications import Application, Submission
from fundapp.models.assessments import Assessment
from fundapp.queries import assessments, bid_files, clarifications, events, organisations
from fundapp.services import approvals, casework, moderation, scores, triage
from fundapp.services import assessment as reading_verbs
from fundapp.services.clarifications import OPENED_AGAIN
from fundapp.services.scores import Standing
from fundapp.web import attached, record
from fundapp.web.assess.screen import content_of, funding_in, parts_of
from fundapp.web.guards import held_here, requires
from fundapp.web.office.forms import AskForm, ChecksForm, ReasonForm, SettleForm
from fundapp.web.office.pages import Values, hidden_from_me, me, pages
from fundapp.web.office.subjects import the_assessment, the_bid
from fundapp.web.tags import kind_of, kind_of_reading
from workflows.actors import Permission
from workflows.funds import kinds
from workflows.funds.definition import Question
from workflows.funds.pinned import Pinned
from workflows.machine import Blocked, Blocker, Facts, Request
from workflows.machines import machine_for

LIST = Permission.BID_LIST
READING_STATES = {"in_assessment", "in_moderation"}


@dataclass(frozen=True, slots=True)
class Door:
    """A step, and what stops it."""

    action: str
    label: str
    stops: tuple[Blocker, ...]


@pages.get("/bids/<ref>")
@requires(LIST, the_bid)
def bid(bid: Application) -> ResponseReturnValue:
    """The bid, its assessments, what can be done next and everything that happened."""
    return show(bid)


@pages.get("/bids/<ref>/answers")
@requires(LIST, the_bid)
def answers(bid: Application) -> ResponseReturnValue:
    """The answers as they were last sent in."""
    versions = assessments.latest_versions(bid.id)
    submission = versions[0] if versions else None
    content, files = content_of(submission), attached.of_version(submission, _href(bid))
    return render_template(
        "office/answers.html", bid=bid, submission=submission, rules=bid.round.rules,
        parts=parts_of(bid.round.rules, content, files), files=files,
        before=_changed(bid.round.rules, versions), found=funding_in(bid.round.rules, content),
    )  # fmt: skip


@pages.get("/bids/<ref>/files/<int:file_id>")
@requires(LIST, the_bid)
def file(bid: Application, file_id: int) -> Response:
    """A file of the bid, as it was last sent in."""
    return attached.send(bid_files.of_version(assessments.latest_submission(bid.id), file_id))


@pages.post("/bids/<ref>/take-up")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def take_up(bid: Application) -> ResponseReturnValue:
    """Begin to check it."""
    return _do(bid, lambda: triage.take_up(bid, me()), "is being checked")


@pages.post("/bids/<ref>/pass")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def accept(bid: Application) -> ResponseReturnValue:
    """Pass it to assessment with the findings ticked."""
    form = ChecksForm.asking(triage.checks_of(bid))
    if not form.validate_on_submit():
        return show(bid, checks=form), 400
    return _do(bid, lambda: triage.accept(bid, me(), findings=form.findings()), "is eligible", checks=form)


@pages.post("/bids/<ref>/ineligible")
@requires(Permission.BID_TRIAGE, the_bid, sees=LIST)
def find_ineligible(bid: Application) -> ResponseReturnValue:
    """End it, with the check it fails and a reason."""
    form = ChecksForm.asking(triage.checks_of(bid))
    if not form.validate_on_submit():
        return show(bid, checks=form), 400
    reason = form.reason.data or ""
    return _do(
        bid, lambda: triage.find_ineligible(bid, me(), reason=reason, findings=form.findings()),
        "is found ineligible; a letter says why", checks=form,
    )  # fmt: skip


@pages.post("/bids/<ref>/close-marking")
@requires(Permission.BID_RANK, the_bid, sees=LIST)
def close_marking(bid: Application) -> ResponseReturnValue:
    """Let the scores say where it goes."""
    return _do(bid, lambda: moderation.close_marking(bid, me()), "is assessed")


@pages.post("/bids/<ref>/settle")
@requires(Permission.MODERATION_DECIDE, the_bid, sees=LIST)
def settle(bid: Application) -> ResponseReturnValue:
    """Record how the moderation ended."""
    form = SettleForm()
    if not form.validate_on_submit():
        return show(bid, settling=form), 400
    outcome, reason = form.outcome.data, form.reason.data or ""
    return _do(
        bid, lambda: moderation.settle(bid, me(), outcome=outcome, reason=reason), "is settled", settling=form
    )


@pages.post("/assessments/<int:number>/withdraw")
@requires(Permission.ASSESSMENT_MANAGE, the_assessment)
def withdraw_reading(assessment: Assessment) -> ResponseReturnValue:
    """Take the bid away from an assessor."""
    return _with_reason(assessment, reading_verbs.withdraw, "The assessor has been told.")


@pages.post("/assessments/<int:number>/give-back")
@requires(Permission.ASSESSMENT_MANAGE, the_assessment)
def give_back(assessment: Assessment) -> ResponseReturnValue:
    """Return sealed marks to their assessor."""
    return _with_reason(assessment, reading_verbs.give_back, "The marks are with the assessor again.")


@pages.post("/assessments/<int:number>/set-aside")
@requires(Permission.ASSESSMENT_MANAGE, the_assessment)
def ask_to_set_aside(assessment: Assessment) -> ResponseReturnValue:
    """Ask a colleague to set a score aside."""
    return _with_reason(
        assessment, moderation.ask_to_set_aside, "Somebody else can now settle the bid without this score."
    )


def _with_reason(assessment: Assessment, verb: Callable[..., Any], said: str) -> ResponseReturnValue:
    form = ReasonForm()
    bid = assessment.application
    if not form.validate_on_submit():
        return show(bid, reason=form), 400
    return _do(bid, lambda: verb(assessment, me(), reason=form.reason.data or ""), said, reason=form)


def _do(bid: Application, verb: Callable[[], object], said: str, **forms: Any) -> ResponseReturnValue:
    """Call one verb; on refusal show the page again with the reasons and what was typed."""
    try:
        verb()
    except Blocked as blocked:
        return show(bid, blocked=blocked, **forms), 409
    flash(said if said[0].isupper() else f"{bid.reference} {said}.", "success")
    return redirect(url_for("office.bid", ref=bid.reference))


def show(bid: Application, *, blocked: Blocked | None = None, **forms: Any) -> str:
    """The page of a bid, with whatever was refused or filled in wrongly."""
    readings = assessments.of_bid(bid.id)
    standing = scores.standing(bid, readings)
    machine = casework.machine_of(bid)
    hidden = bool(hidden_from_me([bid.id]))
    return render_template(
        "office/bid.html", bid=bid, call=bid.round, rules=bid.round.rules, state=machine.state(bid.state),
        kind=kind_of(bid.state), readings=readings, marks=_marks(readings), hidden=hidden, standing=standing,
        events=events.of_case("application", bid.id), names=_names(machine), kind_of_reading=kind_of_reading,
        reading_names=_names(machine_for("assessment")), blocked=blocked, today=clock.now(),
        problem_form=next((form for form in forms.values() if form.errors), None),
        **_firm(bid), **_steps(bid, standing, forms),
    )  # fmt: skip


def _firm(bid: Application) -> Values:
    """What is known of the organisation, and how far it was checked."""
    firm = bid.organisation
    return {
        "checked": record.checked(firm, organisations.last_answer(firm.id)),
        "years": record.years_of(organisations.sizes_of(firm.id), record.tests_of([bid.round])),
        "where": record.where,
        "kinds": record.kinds,
        "asks_companies_house": bool(settings().companies_house_key),
    }


def _steps(bid: Application, standing: Standing, forms: dict[str, Any]) -> Values:
    """The doors of the bid's state, each with what stops it, and the forms behind them."""
    request = _asking()
    shut = ("checks", "settling", "asking", "asked", "reserved")
    steps: Values = {"doors": [], **dict.fromkeys(shut)}
    if bid.state == "submitted":
        steps["doors"] = [_door(bid, "take_up", request(triage.take_up_facts(bid)))]
    elif bid.state == "in_triage":
        steps["checks"] = forms.get("checks") or ChecksForm.asking(triage.checks_of(bid))
        steps["asking"] = forms.get("asking") or ask_form(bid)
    elif bid.state == "clarification":
        steps["asked"] = clarifications.asked(bid.id)
        steps["waiting"] = forms.get("reason") or ReasonForm()
    elif bid.state == "in_assessment":
        steps["doors"] = [_door(bid, moderation.closing_action(bid, standing), request(standing.facts))]
    elif bid.state == "reserve":
        steps["reserved"] = approvals.deciding_item(bid)
    elif bid.state == "in_moderation":
        steps["settling"] = forms.get("settling") or SettleForm()
    return steps


def ask_form(bid: Application) -> AskForm:
    """The form that opens questions again: those with an answer of their own, in words or as files."""
    return AskForm.about([each for each in bid.round.rules.questions if each.kind in OPENED_AGAIN])


def _asking() -> Callable[[Facts], Request]:
    permissions = held_here()
    return lambda facts: Request(permissions, clock.now(), me().id, facts)


def _door(bid: Application, action: str, request: Request) -> Door:
    machine = casework.machine_of(bid)
    step = machine.transition(bid.state, action)
    return Door(action, step.label if step else action, machine.blockers(bid, action, request))


def _changed(rules: Pinned, versions: Sequence[Submission]) -> dict[str, str]:
    """What the version before the last said, by question, where the last says something else."""
    if len(versions) < 2:
        return {}
    now, before = (each.content.get("answers", {}) for each in versions)
    return {
        key: _in_words(rules.question(key), before.get(key, {}))
        for key in now | before
        if now.get(key, {}) != before.get(key, {})
    }


def _in_words(question: Question | None, answer: Mapping[str, Any]) -> str:
    """What an answer of a version says: its words, or the names of its files."""
    if question is None or question.kind not in kinds.ANSWERED:
        return "\n".join(each["name"] for each in answer.get("files", ()))
    return kinds.said(question, answer)


def _href(bid: Application) -> attached.Href:
    return lambda each: url_for("office.file", ref=bid.reference, file_id=each.id)


def _marks(readings: Sequence[Assessment]) -> dict[tuple[int, int], Any]:
    return {(each.id, mark.criterion_id): mark for each in readings for mark in each.marks}


def _names(machine: Any) -> dict[str, str]:
    """Words for actions and states of a machine, for its history."""
    words = {state.key: state.staff_name for state in machine.states}
    return words | {step.action: step.label for step in machine.transitions} | {"open": "Begun"}
