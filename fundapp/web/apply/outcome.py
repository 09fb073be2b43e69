"""The outcome of a bid for its own people: the decision, its letters, the marks beside the round's."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.installed import settings
from fundapp.letters.catalog import CATALOGUE, Kind
from fundapp.letters.contents import CriterionResult
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.letters import Letter
from fundapp.queries import letters as letter_queries
from fundapp.queries import outcomes
from fundapp.services import feedback
from fundapp.web.apply import promises, told
from fundapp.web.apply.pages import own, pages
from fundapp.web.apply.told import Told
from fundapp.web.guards import requires
from workflows.actors import Permission

NAMES = {kind.value: CATALOGUE[kind].name for kind in Kind}


@dataclass(frozen=True)
class Outcome:
    """What a bid's people learn of its decision: scores are hundredths, out of 100 for the whole bid.

    `results` are means of all assessors; nothing says who marked what.
    """

    award: Award | None
    told: Told
    letters: Sequence[Letter]
    reason: str
    ended: str
    results: Sequence[CriterionResult]
    assessors: int
    total: int | None
    average: int | None
    lowest: int | None


@pages.get("/<reference>/outcome")
@requires(Permission.BID_FOLLOW, own)
def outcome(bid: Application) -> ResponseReturnValue:
    """What was decided; before the release only that a decision is being made."""
    if bid.state == "draft":
        abort(404)
    if not promises.is_answered(bid):
        return render_template("apply/undecided.html", bid=bid)
    return render_template(
        "apply/outcome.html", bid=bid, names=NAMES, contact=settings().letter_email, **vars(outcome_of(bid))
    )


def outcome_of(bid: Application) -> Outcome:
    """The outcome of a bid whose answer is out."""
    award = outcomes.award_on(bid.id)
    letters = letter_queries.visible_letters(bid.id, clock.now())
    has_letter = bool(letters)
    average, lowest = feedback.round_totals(bid.round_id)
    return Outcome(
        award=award,
        told=told.of_award(bid, award, has_letter=has_letter)
        if award
        else told.of_decline(bid, has_letter=has_letter),
        letters=letters,
        reason=outcomes.reason_for(bid),
        ended=outcomes.why_ended(award) if award else "",
        results=feedback.results(bid),
        assessors=feedback.assessors(bid),
        total=feedback.hundredths(bid.score),
        average=average,
        lowest=lowest,
    )
