"""Who asks to act for an organisation, where its own people have not answered."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundapp.queries import organisations as queries
from fundapp.services import joining as verbs
from fundapp.web.guards import requires
from fundapp.web.office.pages import me, number_in, pages
from fundapp.web.organisations.forms import LetInForm
from workflows.actors import Permission
from workflows.machine import Blocked

LIST = Permission.BID_LIST


@pages.get("/joining")
@requires(LIST)
def joining() -> ResponseReturnValue:
    """Everybody without an answer, the first to ask first."""
    return _page(LetInForm())


@pages.post("/joining/<int:asked>")
@requires(Permission.BID_TRIAGE, sees=LIST)
def answer_joining(asked: int) -> ResponseReturnValue:
    """Answer in the place of the organisation's people."""
    found = queries.request_by_id(asked) or abort(404)
    form = LetInForm()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        verbs.answer(found, me(), lets_in=form.lets_in)
    except Blocked as blocked:
        return _page(form, blocked), 409
    flash(form.said(found.person.name, found.organisation.name), "success")
    return redirect(url_for("office.joining"))


def _page(form: LetInForm, blocked: Blocked | None = None) -> str:
    found = queries.open_requests(number_in(request.args.get("after")))
    rows = found[: queries.REQUESTS_A_PAGE]
    return render_template(
        "office/joining.html",
        rows=rows,
        people=queries.people_of([each.organisation_id for each in rows]),
        next_page=rows[-1].id if len(found) > len(rows) else None,
        form=form,
        blocked=blocked,
        has_errors=bool(form.errors or blocked),
    )
