"""Board: a meeting votes on each bid; it decides, or recommends to whoever the ladder says decides."""

from workflows.actors import Permission
from workflows.cases import CARRIED, DECISION, FIGURES_CHANGED, ApplicationCase, Rule, reads
from workflows.effects import IssueLetter, Notify, silent, tell
from workflows.machine import Blocker, Guard, Request, State, Transition
from workflows.rules.budget import budget_held, decided_by
from workflows.rules.duties import Duty, apart
from workflows.rules.grounds import reason_given
from workflows.stages.stage import Stage

BEING_DECIDED = "Decision being made"
STATES = (
    State("at_board", "At board", BEING_DECIDED, max_days=42),
    State("board_approved", "Board approved", BEING_DECIDED, max_days=7),
    State("board_recommended", "Board recommended", BEING_DECIDED, max_days=7),
    State("reserve", "On the reserve list", BEING_DECIDED),
    State("deferred", "Deferred", BEING_DECIDED, max_days=60),
)
DECLINED = State("declined", "Declined", "Not funded", final=True)
NOT_YET_FINAL = "the decision is not final, and nothing is told before its release"
# Made at once, so that a second person can look at it in time; its release holds it until the round's.
DECLINE_EFFECTS = (IssueLetter("decline"),)
DECLINE_NOTICE = tell(Notify("not_funded", "applicant", held=True))


def minuted(decision: str) -> Rule:
    """The guard that follows the minutes: the item's recorded outcome, and no other."""

    @reads(DECISION)
    def judge(_case: ApplicationCase, request: Request) -> Blocker | None:
        if DECISION.read(request) == decision:
            return None
        return Blocker("not_minuted", f"The meeting did not record the outcome “{decision}” for this bid.")

    return judge


@reads(CARRIED)
def carried(_case: ApplicationCase, request: Request) -> Blocker | None:
    """An outcome counts when enough members who may vote were there and most of them wanted it."""
    if CARRIED.read(request):
        return None
    return Blocker(
        "not_carried", "The vote on this bid was not quorate, or was not carried.", "Vote again, or defer."
    )


@reads(FIGURES_CHANGED)
def figures_unchanged(_case: ApplicationCase, request: Request) -> Blocker | None:
    """A decision binds to the exact figures and version decided on."""
    if not FIGURES_CHANGED.read(request):
        return None
    return Blocker(
        "figures_changed", "The bid changed after it was decided on.", "Put it to the board again."
    )


@reads(FIGURES_CHANGED)
def figures_changed(_case: ApplicationCase, request: Request) -> Blocker | None:
    """An approval is voided only because what was approved has changed."""
    if FIGURES_CHANGED.read(request):
        return None
    return Blocker("figures_unchanged", "The bid is as it was approved, so the approval stands.")


_member = apart(Duty.BOARD_MEMBER)
_GOOD: tuple[Guard, ...] = (carried, reason_given, figures_unchanged, budget_held)


def _refer() -> Transition:
    return Transition(
        action="refer",
        sources=("recommended", "not_recommended", "deferred", "sent_back"),
        target="at_board",
        permission=Permission.BID_REFER,
        label="Put to the board",
        notice=silent("the meeting's papers tell the board; the applicant's timeline shows the date"),
    )


def _outcomes() -> tuple[Transition, ...]:
    close = Permission.MEETING_CLOSE
    at_board = ("at_board",)
    quiet = silent(NOT_YET_FINAL)
    return (
        Transition(
            "board_approve", at_board, "board_approved", close, "Board approves",
            (minuted("approve"), decided_by("board"), *_GOOD), notice=quiet,
        ),
        Transition(
            "board_recommend", at_board, "board_recommended", close, "Board recommends",
            (minuted("approve"), decided_by("delegate"), *_GOOD), notice=quiet,
        ),
        Transition(
            "board_reserve", at_board, "reserve", close, "Put on the reserve list",
            (minuted("reserve"), carried, reason_given, figures_unchanged), notice=quiet,
        ),
        Transition(
            "board_defer", at_board, "deferred", close, "Defer",
            (minuted("defer"), reason_given), notice=quiet,
        ),
        Transition(
            "board_decline", at_board, "declined", close, "Board declines",
            (minuted("decline"), carried, reason_given), DECLINE_EFFECTS, DECLINE_NOTICE,
        ),
    )  # fmt: skip


def _reserve_list() -> tuple[Transition, ...]:
    quiet = silent(NOT_YET_FINAL)
    step_up = Permission.BID_STEP_UP
    good: tuple[Guard, ...] = (_member, reason_given, figures_unchanged, budget_held)
    return (
        Transition(
            "step_up", ("reserve",), "board_approved", step_up, "Step up from the reserve list",
            (decided_by("board"), *good), notice=quiet,
        ),
        Transition(
            "step_up_recommend", ("reserve",), "board_recommended", step_up,
            "Recommend from the reserve list", (decided_by("delegate"), *good), notice=quiet,
        ),
        Transition(
            "close_reserve", ("reserve",), "declined", step_up, "Close the reserve list",
            (_member, reason_given), DECLINE_EFFECTS, DECLINE_NOTICE,
        ),
    )  # fmt: skip


def stage() -> Stage:
    """Board: put on a list, decided in a meeting, and the reserve list after it."""
    return Stage((*STATES, DECLINED), (_refer(), *_outcomes(), *_reserve_list()))


def recommending() -> Stage:
    """A board that never decides itself: what it wants to fund always goes to the delegate."""
    whole = stage()
    return Stage(
        tuple(state for state in whole.states if state.key != "board_approved"),
        tuple(step for step in whole.transitions if step.target != "board_approved"),
    )
