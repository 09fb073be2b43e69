"""Work that could not be done: what went wrong, and a button to try again."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.models.outbox import OutboxRow
from fundapp.queries import mailbox as queries
from fundapp.services import parked as verbs
from fundapp.services.parked import NotParked
from fundapp.web.admin.pages import pages
from fundapp.web.guards import requires
from workflows.actors import Permission

MEND = Permission.JOB_MEND


def one(number: int) -> OutboxRow | None:
    """The piece of work an address names."""
    return queries.parked_by_id(number)


@pages.get("/parked")
@requires(MEND)
def parked() -> ResponseReturnValue:
    """What is parked, the oldest first."""
    rows = queries.parked(request.args.get("after", type=int))
    more = url_for("admin.parked", after=rows[-1].id) if len(rows) == queries.PAGE_SIZE else ""
    return render_template("admin/parked.html", rows=rows, more=more)


@pages.post("/parked/<int:number>/retry")
@requires(MEND, one)
def retry(row: OutboxRow) -> ResponseReturnValue:
    """Have the workers try once more."""
    try:
        verbs.retry(row.id)
    except NotParked:
        flash("Somebody has tried it again already.")
    else:
        flash("The workers will try it again now.", "success")
    return redirect(url_for("admin.parked"))
