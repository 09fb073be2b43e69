"""What an assessor opens and sends; each view loads, is guarded, reads its form, and calls one verb."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.access import held_by
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Criterion
from fundapp.queries import assessments as queries
from fundapp.queries import bid_files
from fundapp.services import assessment as verbs
from fundapp.services import casework, readings, scores
from fundapp.services.readings import COMMENT_WORDS
from fundapp.web import attached
from fundapp.web.assess import screen
from fundapp.web.assess.forms import ConflictForm, DeclareForm, MarkForm
from fundapp.web.assess.pages import me, pages
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules import scoring

READ = Permission.ASSESSMENT_READ


def one(number: int) -> Assessment | None:
    """The assessment an address names."""
    return queries.by_id(number)


@pages.get("")
@requires(READ)
def queue() -> ResponseReturnValue:
    """What is on the table, in the reader's own order, and what is done."""
    rows = queries.queue(me().id)
    to_do = [row for row in rows if row.state != "submitted"]
    return render_template(
        "assess/queue.html",
        to_do=to_do,
        done=[row for row in rows if row.state == "submitted"],
        next=next(iter(to_do), None),
        minutes=screen.minutes_left(to_do),
        today=clock.in_london(clock.now()).date(),
    )


@pages.get("/<int:number>")
@requires(READ, one)
def read(assessment: Assessment) -> ResponseReturnValue:
    """The declaration first; then the bid beside the marks; at the end, the sealed marks."""
    if Permission.ASSESSMENT_SCORE not in held_by(me(), assessment) or assessment.state == "invited":
        return _declaration(assessment, DeclareForm())
    wanted = request.args.get("criterion") or screen.next_to_mark(assessment)
    criterion = _criterion(assessment, wanted)
    if criterion is None or assessment.state == "submitted":
        return _split(assessment, screen.CHECK)
    return _split(assessment, criterion.key, _filled(assessment, criterion), criterion)


@pages.get("/<int:number>/files/<int:file_id>")
@requires(Permission.ASSESSMENT_SCORE, one, sees=READ)
def file(assessment: Assessment, file_id: int) -> Response:
    """A file of the bid, as it was sent in; only for who has declared no conflict."""
    submission = queries.latest_submission(assessment.application_id)
    return attached.send(bid_files.of_version(submission, file_id))


@pages.post("/<int:number>/declare")
@requires(Permission.ASSESSMENT_ANSWER, one, sees=READ)
def declare(assessment: Assessment) -> ResponseReturnValue:
    """Take the bid on, or say why not."""
    form = DeclareForm()
    if not form.validate_on_submit():
        return _declaration(assessment, form), 400
    reason = form.reason.data or ""
    if form.answer.data != "clear" and not reason:
        form.reason.errors = ["Say in a sentence why not"]
        return _declaration(assessment, form), 400
    try:
        if form.answer.data == "clear":
            verbs.accept(assessment, me())
            return redirect(url_for("assess.read", number=assessment.id))
        step = verbs.declare_conflict if form.answer.data == "conflict" else verbs.decline
        step(assessment, me(), reason=reason)
    except Blocked as blocked:
        if form.answer.data == "clear" and assessment.no_conflict_at is not None:
            return redirect(url_for("assess.read", number=assessment.id))
        return _declaration(assessment, form, blocked), 409
    flash("Thank you for saying so. The bid has left your queue and the office will find somebody else.")
    return redirect(url_for("assess.queue"))


@pages.post("/<int:number>/marks/<key>")
@requires(Permission.ASSESSMENT_SCORE, one, sees=READ)
def mark(assessment: Assessment, key: str) -> ResponseReturnValue:
    """Save one criterion's mark and words, and go on to the next without one."""
    criterion = _criterion(assessment, key)
    if criterion is None:
        abort(404)
    form = MarkForm.on(criterion)
    if not form.validate_on_submit():
        return _split(assessment, key, form, criterion), 400
    try:
        verbs.save_mark(
            assessment, criterion, me(), score=form.score,
            not_applicable=bool(form.not_applicable.data), comment=form.why.data or "",
        )  # fmt: skip
    except Blocked as blocked:
        return _split(assessment, key, form, criterion, blocked), 409
    following = screen.next_to_mark(assessment, criterion) if "next" in request.form else key
    return redirect(url_for("assess.read", number=assessment.id, criterion=following, saved=key))


@pages.post("/<int:number>/submit")
@requires(Permission.ASSESSMENT_SCORE, one, sees=READ)
def submit(assessment: Assessment) -> ResponseReturnValue:
    """Seal the marks."""
    try:
        verbs.submit(assessment, me())
    except Blocked as blocked:
        if assessment.state != "submitted":
            return _split(assessment, screen.CHECK, blocked=blocked), 409
    flash(f"Your marks for {assessment.application.reference} are sealed. Thank you.", "success")
    return redirect(url_for("assess.queue"))


@pages.get("/<int:number>/conflict")
@requires(Permission.ASSESSMENT_ANSWER, one, sees=READ)
def conflict(assessment: Assessment) -> ResponseReturnValue:
    """The page to declare a conflict found while reading."""
    return render_template("assess/conflict.html", assessment=assessment, form=ConflictForm())


@pages.post("/<int:number>/conflict")
@requires(Permission.ASSESSMENT_ANSWER, one, sees=READ)
def declare_conflict(assessment: Assessment) -> ResponseReturnValue:
    """Declare it; the bid closes to this person at once."""
    form = ConflictForm()
    if not form.validate_on_submit():
        return render_template("assess/conflict.html", assessment=assessment, form=form, has_errors=True), 400
    try:
        verbs.declare_conflict(assessment, me(), reason=form.reason.data or "")
    except Blocked as blocked:
        shown = render_template("assess/conflict.html", assessment=assessment, form=form, blocked=blocked)
        return shown, 409
    flash("Your conflict is recorded. The bid has left your queue and your marks count nowhere.")
    return redirect(url_for("assess.queue"))


def _declaration(assessment: Assessment, form: DeclareForm, blocked: Blocked | None = None) -> str:
    return render_template(
        "assess/declare.html", assessment=assessment, bid=assessment.application, form=form,
        blocked=blocked, has_errors=bool(form.errors or blocked),
    )  # fmt: skip


def _split(
    assessment: Assessment,
    now: str,
    form: MarkForm | None = None,
    criterion: Criterion | None = None,
    blocked: Blocked | None = None,
) -> str:
    bid = assessment.application
    rules = bid.round.rules
    submission = queries.latest_submission(bid.id)
    marks = {each.criterion_id: each for each in assessment.marks}
    rows = queries.queue(me().id)
    content, files = screen.content_of(submission), attached.of_version(submission, _href(assessment))
    return render_template(
        "assess/read.html", assessment=assessment, bid=bid, call=bid.round, rules=rules,
        submission=submission, found=screen.funding_in(rules, content), marks=marks,
        parts=screen.parts_of(rules, content, files), files=files,
        tabs=screen.tabs_of(bid.round.criteria, marks, now), criterion=criterion, form=form,
        place=screen.place_of(assessment.id, [row for row in rows if row.state != "submitted"]),
        following=_following(assessment, criterion), limit=COMMENT_WORDS,
        minutes=screen.MINUTES_A_BID, names={each.key: each.name for each in bid.round.criteria},
        blocked=blocked, has_errors=bool(blocked or (form and form.errors)),
        **_check(assessment),
    )  # fmt: skip


def _href(assessment: Assessment) -> attached.Href:
    return lambda each: url_for("assess.file", number=assessment.id, file_id=each.id)


def _check(assessment: Assessment) -> dict[str, Any]:
    """Why the marks cannot be sealed yet, and what they come to so far."""
    call = assessment.application.round
    total = scoring.total(scores.scored_criteria(call), scores.marks_of(assessment, call.criteria))
    gaps = readings.gaps(assessment)
    facts = verbs.submission_facts(assessment)
    stops = gaps or [each.reason for each in casework.blockers(assessment, "submit", me(), facts)]
    return {"stops": stops, "ready": not stops, "total": None if total is None else scoring.stored(total)}


def _following(assessment: Assessment, criterion: Criterion | None) -> Criterion | None:
    return _criterion(assessment, screen.next_to_mark(assessment, criterion)) if criterion else None


def _filled(assessment: Assessment, criterion: Criterion) -> MarkForm:
    form = MarkForm.on(criterion)
    saved = next((each for each in assessment.marks if each.criterion_id == criterion.id), None)
    if saved is not None:
        form.mark.data = None if saved.score is None else str(saved.score)
        form.not_applicable.data = saved.not_applicable
        form.why.data = saved.comment
    return form


def _criterion(assessment: Assessment, key: str) -> Criterion | None:
    return next((each for each in assessment.application.round.criteria if each.key == key), None)
