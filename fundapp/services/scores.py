"""What a bid's assessments come to: the facts that close its marking, and the figures kept on the bid.

Parts of larger verbs, never verbs of their own: the caller's transaction commits them with the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Criterion, Round
from fundapp.queries import assessments as queries
from workflows.cases import READS_NEEDED, READS_OPEN, READS_SUBMITTED
from workflows.funds.definition import AssessmentTerms
from workflows.machine import Facts
from workflows.rules import scoring
from workflows.rules.scoring import Marks, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How the reading of a bid stands: who has submitted, who has not, and what the scores say."""

    needed: int
    submitted: int
    waiting: int
    verdict: Verdict

    @property
    def facts(self) -> Facts:
        """What the guards of assessment and moderation read."""
        return {
            READS_NEEDED.key: self.needed,
            READS_SUBMITTED.key: self.submitted,
            READS_OPEN.key: self.waiting,
            **self.verdict.facts,
        }


def standing(bid: Application, readings: Sequence[Assessment] | None = None) -> Standing:
    """Judge a bid by its counting assessments, against what its round pinned."""
    found = queries.of_bid(bid.id) if readings is None else readings
    counting = [each for each in found if counts(each)]
    terms = assessment_terms(bid.round)
    criteria = scored_criteria(bid.round)
    verdict = scoring.verdict(
        criteria,
        [scoring.Reading(marks_of(each, bid.round.criteria)) for each in counting],
        threshold=terms.threshold,
        spread_limit=terms.spread_limit,
    )
    waiting = sum(each.state in queries.OPEN for each in found)
    return Standing(terms.assessors_per_bid, len(counting), waiting, verdict)


def assessment_terms(call: Round) -> AssessmentTerms:
    """How many assessors a bid of this round needs, its threshold and the spread it allows."""
    return call.rules.assessment


def write_figures(bid: Application, verdict: Verdict) -> None:
    """Keep score and spread on the bid, as lists and papers show them."""
    bid.score = None if verdict.score is None else scoring.stored(verdict.score)
    bid.spread = None if verdict.score is None else scoring.stored(verdict.spread)


def counts(assessment: Assessment) -> bool:
    """Only submitted assessments without a conflict, and not set aside, count anywhere."""
    return (
        assessment.state == "submitted" and assessment.conflict_at is None and assessment.set_aside_at is None
    )


def scored_criteria(call: Round) -> tuple[scoring.Criterion, ...]:
    """A round's criteria as the scoring rule takes them."""
    return tuple(
        scoring.Criterion(each.key, each.name, each.weight, each.max_score, each.threshold)
        for each in call.criteria
    )


def marks_of(assessment: Assessment, criteria: Sequence[Criterion]) -> Marks:
    """An assessment's marks by criterion key; "not applicable" is nothing, an unmarked one is absent."""
    keys = {each.id: each.key for each in criteria}
    return {
        keys[mark.criterion_id]: mark.score
        for mark in assessment.marks
        if mark.not_applicable or mark.score is not None
    }


def bring_up_to_date(bid: Application) -> None:
    """Work the bid's figures out anew after an assessment joined or left those that count.

    While the marking is open a bid has no figures, so that nothing leaks before the last reader is done.
    """
    if bid.score is None:
        return
    db.session.flush()
    write_figures(bid, standing(bid).verdict)
