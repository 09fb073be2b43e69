"""The machine of one assessor's reading of one bid: asked, declared, read, marked, sealed."""

from collections.abc import Iterator

from workflows.actors import Permission
from workflows.cases import CONFLICTS, OVERRIDE_BY, AssessmentCase, reads
from workflows.effects import Notify, silent, tell
from workflows.machine import Blocker, Machine, Request, State, Transition
from workflows.rules.duties import Duty, apart
from workflows.rules.grounds import nothing_missing, reason_given

STATES = (
    State("proposed", "Proposed", "Proposed"),
    State("invited", "Invited", "Invited", max_days=5),
    State("accepted", "Accepted", "Accepted"),
    State("in_progress", "In progress", "In progress"),
    State("returned", "Returned to the assessor", "Returned to you", max_days=5),
    State("submitted", "Submitted", "Submitted", final=True),
    State("declined", "Declined", "Declined", final=True),
    State("withdrawn", "Withdrawn", "Withdrawn", final=True),
)
SIGNERS_NEEDED = 2
OWN_STEP = "the assessor is told on the page itself"


@reads(CONFLICTS, OVERRIDE_BY)
def no_conflict_found(_case: AssessmentCase, request: Request) -> Iterator[Blocker]:
    """A conflict that was found stops the invitation, unless two people signed that it may stand."""
    if len(set(OVERRIDE_BY.read(request))) >= SIGNERS_NEEDED:
        return
    for conflict in CONFLICTS.read(request):
        yield Blocker(
            "conflict_found", conflict, "Choose another assessor, or have two people sign an override."
        )


def declared_clear(case: AssessmentCase, _request: Request) -> Blocker | None:
    """Nothing beyond title, organisation and summary is shown before the declaration."""
    if case.conflict_at is not None:
        return Blocker("conflict_declared", "You declared a conflict of interest with this bid.")
    if case.no_conflict_at is None:
        return Blocker(
            "not_declared",
            "You have not said whether you have a conflict of interest.",
            "Read who applies, and declare first.",
        )
    return None


def conflict_on_record(case: AssessmentCase, _request: Request) -> Blocker | None:
    """The declaration itself is what ends access."""
    if case.conflict_at is not None:
        return None
    return Blocker("no_conflict", "No conflict has been declared.", "Say what the conflict is.")


_assessor = apart(Duty.ASSESSOR)
_UNDER_WAY = ("accepted", "in_progress", "submitted", "returned")

MACHINE = Machine(
    name="assessment",
    version=1,
    initial="proposed",
    states=STATES,
    transitions=(
        Transition(
            action="invite",
            sources=("proposed",),
            target="invited",
            permission=Permission.ASSESSMENT_ASSIGN,
            label="Invite the assessor",
            guards=(no_conflict_found,),
            notice=tell(Notify("assessment_invitation", "assessor")),
        ),
        Transition(
            action="accept",
            sources=("invited",),
            target="accepted",
            permission=Permission.ASSESSMENT_ANSWER,
            label="Accept the assessment",
            guards=(declared_clear, _assessor),
            notice=silent(OWN_STEP),
        ),
        Transition(
            action="decline",
            sources=("invited",),
            target="declined",
            permission=Permission.ASSESSMENT_ANSWER,
            label="Decline the assessment",
            guards=(reason_given,),
            notice=tell(Notify("assessment_declined", "office")),
        ),
        Transition(
            action="start",
            sources=("accepted",),
            target="in_progress",
            permission=Permission.ASSESSMENT_SCORE,
            label="Start marking",
            guards=(declared_clear,),
            notice=silent(OWN_STEP),
        ),
        Transition(
            action="submit",
            sources=("in_progress", "returned"),
            target="submitted",
            permission=Permission.ASSESSMENT_SCORE,
            label="Submit the assessment",
            guards=(declared_clear, nothing_missing, _assessor),
            notice=tell(Notify("assessment_received", "assessor")),
        ),
        Transition(
            action="enter",
            sources=("proposed",),
            target="submitted",
            permission=Permission.BID_IMPORT,
            label="Enter marks given outside",
            guards=(no_conflict_found, declared_clear, nothing_missing, _assessor),
            notice=tell(Notify("assessment_received", "assessor")),
        ),
        Transition(
            action="return",
            sources=("submitted",),
            target="returned",
            permission=Permission.ASSESSMENT_MANAGE,
            label="Return to the assessor",
            guards=(reason_given,),
            notice=tell(Notify("assessment_returned", "assessor")),
        ),
        Transition(
            action="declare_conflict",
            sources=_UNDER_WAY,
            target="withdrawn",
            permission=Permission.ASSESSMENT_ANSWER,
            label="Declare a conflict of interest",
            guards=(conflict_on_record,),
            notice=tell(Notify("conflict_declared", "office")),
        ),
        Transition(
            action="withdraw",
            sources=("proposed",),
            target="withdrawn",
            permission=Permission.ASSESSMENT_ASSIGN,
            label="Withdraw the proposal",
            notice=silent("nobody was asked yet"),
        ),
        Transition(
            action="withdraw",
            sources=("invited", *_UNDER_WAY),
            target="withdrawn",
            permission=Permission.ASSESSMENT_MANAGE,
            label="Withdraw the assessment",
            guards=(reason_given,),
            notice=tell(Notify("assessment_withdrawn", "assessor")),
        ),
    ),
)
