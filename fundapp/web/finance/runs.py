"""Payment runs: prepared from approved claims, approved by somebody else, sent, and the bank's answer."""

from collections.abc import Callable
from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.models.claims import PaymentRun
from fundapp.queries import claims as queries
from fundapp.services import bank_accounts, payments
from fundapp.web.finance.forms import AnswersForm, PrepareForm, ReasonForm
from fundapp.web.finance.pages import doors, in_words, me, mine, number_in, pages, the_run
from fundapp.web.finance.words import RUN_KINDS
from fundapp.web.guards import requires
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.machines import machine_for

READ = Permission.RUN_READ
SOME_REASON = "a reason"
STEPS = ("approve", "discard", "reopen", "export", "confirm")
CHANGED = (
    "The file cannot be made again as it was sent: something in it has changed since. Use the copy that went"
    " to the bank."
)


@pages.get("/runs")
@requires(READ)
def list_runs() -> ResponseReturnValue:
    """Every run, newest first, and the approved claims a new one can pay."""
    return _list_page()


@pages.post("/runs")
@requires(Permission.RUN_PREPARE)
def prepare() -> ResponseReturnValue:
    """Prepare a run from the claims ticked."""
    form = PrepareForm.among(row.id for row in queries.to_pay())
    if not form.validate_on_submit():
        return _list_page(form=form), 400
    chosen = queries.some([int(number) for number in form.claims.data or ()])
    try:
        run = payments.prepare(chosen, me())
    except Blocked as blocked:
        return _list_page(form=form, blocked=blocked), 409
    flash(f"Run {run.number} is prepared. Somebody else approves it now.", "success")
    return redirect(url_for("finance.run", number=run.number))


@pages.get("/runs/<int:number>")
@requires(READ, the_run)
def run(run: PaymentRun) -> ResponseReturnValue:
    """A run's payments, and what can be done with it now."""
    return _page(run)


@pages.post("/runs/<int:number>/approve")
@requires(Permission.RUN_APPROVE, the_run, sees=READ)
def approve_run(run: PaymentRun) -> ResponseReturnValue:
    """Approve what somebody else prepared."""
    return _do(run, lambda: payments.approve(run, me()), "approved")


@pages.post("/runs/<int:number>/reopen")
@requires(Permission.RUN_PREPARE, the_run, sees=READ)
def reopen(run: PaymentRun) -> ResponseReturnValue:
    """Take an approved run back."""
    return _with_reason(run, payments.reopen, "being prepared again")


@pages.post("/runs/<int:number>/discard")
@requires(Permission.RUN_PREPARE, the_run, sees=READ)
def discard_run(run: PaymentRun) -> ResponseReturnValue:
    """Give a run up; its claims wait for another."""
    return _with_reason(run, payments.discard, "discarded; its claims wait for another run")


@pages.post("/runs/<int:number>/payments/<int:line_id>/take-out")
@requires(Permission.RUN_PREPARE, the_run, sees=READ)
def take_out(run: PaymentRun, line_id: int) -> ResponseReturnValue:
    """Take one payment out of a run still being prepared."""
    line = next((each for each in run.lines if each.id == line_id), None)
    if line is None:
        return redirect(url_for("finance.run", number=run.number))
    return _do(run, lambda: payments.take_out(line, me()), "one payment shorter")


@pages.post("/runs/<int:number>/export")
@requires(Permission.RUN_EXPORT, the_run, sees=READ)
def export(run: PaymentRun) -> ResponseReturnValue:
    """Make the bank's file; from now on the money is in transit."""
    return _do(
        run, lambda: payments.export(run, me()), "with the bank: download its file and upload it there"
    )


@pages.get("/runs/<int:number>/bank-file.csv")
@requires(Permission.RUN_EXPORT, the_run, sees=READ)
def bank_file(run: PaymentRun) -> ResponseReturnValue:
    """The file as it was sent, to the byte."""
    if run.file_sha256 is None:
        return redirect(url_for("finance.run", number=run.number))
    try:
        content = payments.exported_file(run)
    except payments.FileChangedError:
        flash(CHANGED)
        return redirect(url_for("finance.run", number=run.number))
    name = f"run-{run.number}.csv"
    return Response(
        content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@pages.post("/runs/<int:number>/confirm")
@requires(Permission.RUN_CONFIRM, the_run, sees=READ)
def confirm(run: PaymentRun) -> ResponseReturnValue:
    """Take the bank's answer for every payment."""
    form = AnswersForm.of(run.lines)
    if not form.validate_on_submit():
        return _page(run, answers=form), 400
    on = form.on.data or _today()
    if on > _today():
        form.on.errors = ["The bank’s answer cannot be of a day to come"]
        return _page(run, answers=form), 400
    results = form.results(run.lines)
    return _do(run, lambda: payments.confirm(run, results, on, me()), "confirmed", answers=form)


def _with_reason(run: PaymentRun, verb: Callable[..., PaymentRun], said: str) -> ResponseReturnValue:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(run, reason=form), 400
    return _do(run, lambda: verb(run, form.reason.data or "", me()), said, reason=form)


def _do(
    run: PaymentRun, verb: Callable[[], object], said: str, **forms: AnswersForm | ReasonForm
) -> ResponseReturnValue:
    """Call one verb; on refusal show the page again with the reasons and what was typed."""
    try:
        verb()
    except Blocked as blocked:
        return _page(run, blocked, **forms), 409
    flash(f"Run {run.number} is {said}.", "success")
    return redirect(url_for("finance.run", number=run.number))


def _list_page(form: PrepareForm | None = None, blocked: Blocked | None = None) -> str:
    page = queries.runs(number_in(request.args.get("after")))
    waiting = queries.to_pay()
    machine = machine_for("payment_run")
    return render_template(
        "finance/runs.html", page=page, waiting=waiting,
        form=form or PrepareForm.among(row.id for row in waiting),
        ticked=set(form.claims.data or ()) if form else {str(row.id) for row in waiting if row.verified_at},
        blocked=blocked, kinds=RUN_KINDS, names={state.key: state.staff_name for state in machine.states},
        older=url_for("finance.list_runs", after=page.older) if page.older else "",
        may_prepare=Permission.RUN_PREPARE in mine(), in_words=in_words,
    )  # fmt: skip


def _page(run: PaymentRun, blocked: Blocked | None = None, **forms: AnswersForm | ReasonForm) -> str:
    state = machine_for("payment_run").state(run.state)
    facts = payments.run_facts(run) | {"reason": SOME_REASON, "lines_without_result": 0}
    return render_template(
        "finance/run.html", run=run, lines=run.lines, state=state, kind=RUN_KINDS[run.state],
        doors=doors(run, STEPS, facts), total=sum(line.pence for line in run.lines),
        answers=forms.get("answers") or AnswersForm.of(run.lines), reason=forms.get("reason") or ReasonForm(),
        blocked=blocked, problem_form=next((form for form in forms.values() if form.errors), None),
        may_pay=bank_accounts.may_pay, may_prepare=Permission.RUN_PREPARE in mine(),
        may_export=Permission.RUN_EXPORT in mine(),
    )  # fmt: skip


def _today() -> date:
    return clock.in_london(clock.now()).date()
