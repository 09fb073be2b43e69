"""Moderation: the chair settles a bid whose scores disagree; nothing is deleted."""

from workflows.actors import Permission
from workflows.cases import MODERATION_OUTCOME, ApplicationCase, Rule, reads
from workflows.effects import Notify, silent, tell
from workflows.machine import Blocker, Request, State, Transition
from workflows.rules.duties import Duty, apart
from workflows.rules.grounds import reason_given
from workflows.stages.assessment import BEFORE_DECISION, misses_threshold, reaches_threshold
from workflows.stages.stage import Stage

STATES = (State("in_moderation", "In moderation", "Being assessed", max_days=14),)

SETTLING = frozenset({"stands", "set_aside", "rescored"})
READING_AGAIN = frozenset({"extra_read", "rescore"})


def recorded(outcomes: frozenset[str], reason: str) -> Rule:
    """The guard that asks for one of these outcomes on the record."""

    @reads(MODERATION_OUTCOME)
    def judge(_case: ApplicationCase, request: Request) -> Blocker | None:
        if MODERATION_OUTCOME.read(request) in outcomes:
            return None
        return Blocker("moderation_outcome", reason, "Record the outcome of the moderation.")

    return judge


_settled = recorded(SETTLING, "The moderation of this bid is not settled.")
_read_again = recorded(READING_AGAIN, "The moderation did not ask for another reading.")
_moderator = apart(Duty.MODERATOR)


def stage() -> Stage:
    """Moderation: settled either way, or back for another reading."""
    return Stage(
        states=STATES,
        transitions=(
            Transition(
                action="settle_recommended",
                sources=("in_moderation",),
                target="recommended",
                permission=Permission.MODERATION_DECIDE,
                label="Settle: recommend",
                guards=(_moderator, _settled, reason_given, reaches_threshold),
                notice=silent(BEFORE_DECISION),
            ),
            Transition(
                action="settle_not_recommended",
                sources=("in_moderation",),
                target="not_recommended",
                permission=Permission.MODERATION_DECIDE,
                label="Settle: do not recommend",
                guards=(_moderator, _settled, reason_given, misses_threshold),
                notice=silent(BEFORE_DECISION),
            ),
            Transition(
                action="read_again",
                sources=("in_moderation",),
                target="in_assessment",
                permission=Permission.MODERATION_DECIDE,
                label="Ask for another reading",
                guards=(_moderator, _read_again, reason_given),
                notice=tell(Notify("reading_wanted", "office")),
            ),
        ),
    )
