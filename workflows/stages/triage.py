"""Triage: an officer checks whether a bid may be funded at all, and asks where something is unclear."""

from collections.abc import Iterator

from workflows.actors import Permission
from workflows.cases import (
    FAILED_CHECKS,
    OPEN_CHECKS,
    QUESTIONS,
    ApplicationCase,
    reads,
)
from workflows.effects import IssueLetter, Notify, silent, tell
from workflows.machine import Blocker, Guard, Request, State, Transition
from workflows.rules.eligibility import no_check_failed
from workflows.rules.grounds import nothing_missing, reason_given
from workflows.rules.schedule import due_in_future
from workflows.stages.stage import Stage

STATES = (
    State("in_triage", "In triage", "Being checked", max_days=10),
    State("clarification", "Clarification", "We need something from you", max_days=10),
    State("ineligible", "Ineligible", "Not funded", final=True),
)
_PUBLIC_STEP = "the applicant's timeline shows it; a message would only say that work goes on"


@reads(OPEN_CHECKS)
def every_check_answered(_case: ApplicationCase, request: Request) -> Iterator[Blocker]:
    """No bid goes on with a check left open."""
    return (
        Blocker("check_open", f"Not yet checked: {check}.", "Answer this check.")
        for check in OPEN_CHECKS.read(request)
    )


@reads(FAILED_CHECKS)
def some_check_failed(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Nobody is turned away without a check that was not met."""
    if FAILED_CHECKS.read(request):
        return None
    return Blocker("no_check_failed", "No check has failed.", "Record which check is not met.")


@reads(QUESTIONS)
def some_question_named(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Only named questions are opened, never the whole form."""
    if QUESTIONS.read(request):
        return None
    return Blocker("no_question", "No question has been chosen.", "Choose what the applicant is to answer.")


def stage(take_up_guards: tuple[Guard, ...]) -> Stage:
    """Triage; pathways differ in when an officer may take a bid up."""
    return Stage(
        states=STATES,
        transitions=(
            Transition(
                action="take_up",
                sources=("submitted",),
                target="in_triage",
                permission=Permission.BID_TRIAGE,
                label="Take into triage",
                guards=take_up_guards,
                notice=silent(_PUBLIC_STEP),
            ),
            Transition(
                action="ask",
                sources=("in_triage",),
                target="clarification",
                permission=Permission.BID_TRIAGE,
                label="Ask the applicant",
                guards=(some_question_named, due_in_future, reason_given),
                notice=tell(Notify("clarification_asked", "applicant")),
            ),
            Transition(
                action="answer",
                sources=("clarification",),
                target="in_triage",
                permission=Permission.BID_EDIT,
                label="Send the answers",
                guards=(nothing_missing,),
                notice=tell(Notify("clarification_answered", "office")),
            ),
            Transition(
                action="stop_waiting",
                sources=("clarification",),
                target="in_triage",
                permission=Permission.BID_TRIAGE,
                label="Go on without the answers",
                guards=(reason_given,),
                notice=tell(Notify("clarification_ended", "applicant")),
            ),
            Transition(
                action="pass",
                sources=("in_triage",),
                target="in_assessment",
                permission=Permission.BID_TRIAGE,
                label="Pass to assessment",
                guards=(every_check_answered, no_check_failed),
                notice=tell(Notify("bid_eligible", "applicant")),
            ),
            Transition(
                action="find_ineligible",
                sources=("in_triage",),
                target="ineligible",
                permission=Permission.BID_TRIAGE,
                label="Find ineligible",
                guards=(every_check_answered, some_check_failed, reason_given),
                effects=(IssueLetter("decline"),),
                notice=tell(Notify("bid_ineligible", "applicant")),
            ),
        ),
    )
