"""What an assessor declares ahead of any bid, so that they are never asked to read one they are tied to."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp.queries import interests as queries
from fundapp.services import assessment as verbs
from fundapp.web.assess.forms import TIES, TieForm
from fundapp.web.assess.pages import me, pages
from fundapp.web.guards import requires
from workflows.actors import Permission


@pages.get("/interests")
@requires(Permission.ASSESSMENT_READ)
def interests() -> ResponseReturnValue:
    """The companies declared, the bids a conflict was declared with, and the form for another company."""
    return _page(TieForm())


@pages.post("/interests")
@requires(Permission.ASSESSMENT_ANSWER)
def declare_interest() -> ResponseReturnValue:
    """Declare a tie to a company; saying it twice changes nothing."""
    form = TieForm()
    if not form.validate_on_submit():
        return _page(form), 400
    tie = verbs.declare_interest(me(), company=form.company.data or "", kind=form.kind.data or "")
    flash(f"Company {tie.company_number} is declared. Its bids will not be proposed to you.", "success")
    return redirect(url_for("assess.interests"))


def _page(form: TieForm) -> str:
    return render_template(
        "assess/interests.html", form=form, ties=queries.ties_of(me().id),
        conflicts=queries.conflicts_of(me().id), kinds=dict(TIES), has_errors=bool(form.errors),
    )  # fmt: skip
