"""The parts that the verbs of assessment share: opening one, its gaps, and what its event seals.

Parts of larger verbs, never verbs of their own: the caller's transaction commits them with the rest.
"""

import secrets
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.funds import Batch
from fundapp.models.people import Person
from fundapp.queries import conflicts
from fundapp.services import casework, scores
from workflows.actors import Permission, Role
from workflows.machine import Blocked, Blocker
from workflows.rules import promise_clock, scoring, words
from workflows.rules.conflicts import Conflict
from workflows.rules.scoring import Marks

COMMENT_WORDS = 150
LARGEST_ORDER = 2**31
CHOOSING = ("in_triage", "in_assessment")


def propose(
    bid: Application,
    assessor: Person,
    actor: Person,
    due_on: date | None,
    found: tuple[Conflict, ...] | None = None,
) -> Assessment:
    """Open an assessment with a random place in the assessor's reading order."""
    if blockers := tuple(_unfit(bid, assessor, actor)):
        raise Blocked(blockers)
    if found is None:
        found = conflicts.between([assessor.id], [bid.id]).get((bid.id, assessor.id), ())
    assessment = Assessment(
        application_id=bid.id,
        assessor_id=assessor.id,
        due_on=due_on or promised_on(bid),
        reading_order=secrets.randbelow(LARGEST_ORDER),
    )
    casework.open_case(
        assessment,
        actor,
        recorded={
            "application_id": bid.id,
            "assessor_id": assessor.id,
            "conflicts": [each.kind.value for each in found],
        },
    )
    return assessment


def promised_on(bid: Application) -> date | None:
    """The day by which a bid is promised to be assessed: its round's, or counted from its batch's cut-off."""
    batch = db.session.get(Batch, bid.batch_id) if bid.batch_id else None
    if batch is None:
        return bid.round.assessed_by_on
    return promise_clock.counted_from(batch.cut_off_at, bid.round.rules.promises.assess_days)


def _unfit(bid: Application, assessor: Person, actor: Person) -> Iterator[Blocker]:
    if Permission.ASSESSMENT_ASSIGN not in held_by(actor, bid):
        yield Blocker("not_permitted", "You may not choose assessors for this bid.")
    if bid.state not in CHOOSING:
        yield Blocker("wrong_state", "Assessors are chosen before the marking of a bid is closed.")
    if not assessor.is_active or Role.ASSESSOR not in assessor.roles:
        yield Blocker("not_an_assessor", f"{assessor.name} is not an assessor.")


def gaps(assessment: Assessment) -> tuple[str, ...]:
    """Everything that keeps the marks from being sealed, a sentence each."""
    return tuple(_gaps(assessment))


def _gaps(assessment: Assessment) -> Iterator[str]:
    call = assessment.application.round
    yield from scoring.gaps(scores.scored_criteria(call), scores.marks_of(assessment, call.criteria))
    given = {mark.criterion_id: mark for mark in assessment.marks}
    for criterion in call.criteria:
        mark = given.get(criterion.id)
        if mark is None or not is_marked(mark):
            continue
        over = words.over(mark.comment, COMMENT_WORDS)
        if not mark.comment:
            yield f"“{criterion.name}” has a mark without words: say why."
        elif over:
            yield f"The words for “{criterion.name}” are {over} over the limit of {COMMENT_WORDS}."


def is_marked(mark: Mark) -> bool:
    """Whether a criterion has a mark or was said not to apply."""
    return mark.not_applicable or mark.score is not None


def sealed(assessment: Assessment) -> dict[str, Any]:
    """What an event keeps of the marks for ever: amounts only."""
    marks = scores.marks_of(assessment, assessment.application.round.criteria)
    return seal(assessment.application_id, assessment.total, marks)


def seal(application_id: int, total: Decimal | None, marks: Marks) -> dict[str, Any]:
    """The same of marks that are on no record yet."""
    return {
        "application_id": application_id,
        "total": None if total is None else str(total),
        "marks": dict(marks),
    }


def comments(assessment: Assessment) -> dict[str, Any]:
    """The words behind the marks, which the event seals by their digest."""
    keys = {each.id: each.key for each in assessment.application.round.criteria}
    return {"comments": {keys[mark.criterion_id]: mark.comment for mark in assessment.marks}}
