"""Assessment: assessors read and mark a bid on their own; the scores say where it goes next."""

from workflows.actors import Permission
from workflows.cases import (
    MEETS_THRESHOLD,
    MODERATION_REASONS,
    READS_NEEDED,
    READS_OPEN,
    READS_SUBMITTED,
    ApplicationCase,
    reads,
)
from workflows.effects import silent
from workflows.machine import Blocker, Guard, Request, State, Transition
from workflows.stages.stage import Stage

STATES = (
    State("in_assessment", "In assessment", "Being assessed", max_days=42),
    State("recommended", "Recommended", "Decision being made"),
    State("not_recommended", "Not recommended", "Decision being made"),
)
BEFORE_DECISION = "scores and ranks are not told before the decision is released"


@reads(READS_NEEDED, READS_SUBMITTED, READS_OPEN)
def enough_read(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Every bid is read by as many assessors as the round promised."""
    needed, done = READS_NEEDED.read(request), READS_SUBMITTED.read(request)
    if done >= needed:
        return None
    waiting = READS_OPEN.read(request)
    remedy = "Remind the assessors." if done + waiting >= needed else "Assign another assessor."
    return Blocker("too_few_reads", f"{done} of {needed} assessments have been submitted.", remedy)


@reads(READS_OPEN)
def none_still_reading(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Nobody's marks are cut off: an assessment still open is waited for or withdrawn first."""
    waiting = READS_OPEN.read(request)
    if waiting == 0:
        return None
    return Blocker("still_reading", f"Assessments still open: {waiting}.", "Wait for them, or withdraw them.")


@reads(MODERATION_REASONS)
def scores_agree(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Scores too far apart are talked over before anybody relies on them."""
    reasons = MODERATION_REASONS.read(request)
    if not reasons:
        return None
    return Blocker("needs_moderation", " ".join(reasons), "Send it to moderation.")


@reads(MODERATION_REASONS)
def scores_disagree(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Moderation is for bids whose scores need it."""
    if MODERATION_REASONS.read(request):
        return None
    return Blocker("no_moderation_needed", "The scores agree, so there is nothing to moderate.")


@reads(MEETS_THRESHOLD)
def reaches_threshold(_case: ApplicationCase, request: Request) -> Blocker | None:
    """A recommended bid reaches the round's threshold."""
    if MEETS_THRESHOLD.read(request):
        return None
    return Blocker("below_threshold", "The score is below the round's threshold.")


@reads(MEETS_THRESHOLD)
def misses_threshold(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Only a bid below the threshold is not recommended."""
    if not MEETS_THRESHOLD.read(request):
        return None
    return Blocker("above_threshold", "The score reaches the round's threshold.")


def stage(moderated: bool) -> Stage:
    """Assessment; where the pathway has moderation, scores that disagree go there."""
    read: tuple[Guard, ...] = (enough_read, none_still_reading)
    agreed: tuple[Guard, ...] = (*read, scores_agree) if moderated else read
    steps = (
        Transition(
            action="recommend",
            sources=("in_assessment",),
            target="recommended",
            permission=Permission.BID_RANK,
            label="Close the assessment: recommend",
            guards=(*agreed, reaches_threshold),
            notice=silent(BEFORE_DECISION),
        ),
        Transition(
            action="not_recommend",
            sources=("in_assessment",),
            target="not_recommended",
            permission=Permission.BID_RANK,
            label="Close the assessment: do not recommend",
            guards=(*agreed, misses_threshold),
            notice=silent(BEFORE_DECISION),
        ),
        Transition(
            action="moderate",
            sources=("in_assessment",),
            target="in_moderation",
            permission=Permission.BID_RANK,
            label="Send to moderation",
            guards=(*read, scores_disagree),
            notice=silent(BEFORE_DECISION),
        ),
    )
    return Stage(STATES, steps if moderated else steps[:2])
