"""The outcome of a bid for its own people: the decision, its letters, the marks beside the round's."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.installed import settings
from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.models.applications import Application
from fundapp.queries import letters as letter_queries
from fundapp.queries import outcomes
from fundapp.services import feedback
from fundapp.web.apply import promises, told
from fundapp.web.apply.pages import own, pages
from fundapp.web.guards import requires
from workflows.actors import Permission

NAMES = {kind.value: CATALOGUE[kind].name for kind in Kind}


@pages.get("/<reference>/outcome")
@requires(Permission.BID_FOLLOW, own)
def outcome(bid: Application) -> ResponseReturnValue:
    """What was decided; before the release only that a decision is being made."""
    if bid.state == "draft":
        abort(404)
    if not promises.is_answered(bid):
        return render_template("apply/undecided.html", bid=bid)
    award = outcomes.award_on(bid.id)
    letters = letter_queries.visible_letters(bid.id, clock.now())
    said = (
        told.of_award(bid, award, has_letter=bool(letters))
        if award
        else told.of_decline(bid, has_letter=bool(letters))
    )
    average, lowest = feedback.round_totals(bid.round_id)
    return render_template(
        "apply/outcome.html", bid=bid, award=award, told=said, letters=letters, names=NAMES,
        reason=outcomes.reason_for(bid), ended=outcomes.why_ended(award) if award else "",
        results=feedback.results(bid), assessors=feedback.assessors(bid),
        total=feedback.hundredths(bid.score), average=average, lowest=lowest,
        contact=settings().letter_email,
    )  # fmt: skip
