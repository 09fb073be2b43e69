"""Decision: where the ladder says so, the Combined Authority's delegate decides, apart from the board."""

from workflows.actors import Permission
from workflows.effects import Notify, silent, tell
from workflows.machine import Guard, State, Transition
from workflows.rules.budget import budget_held, decided_by
from workflows.rules.duties import Duty, apart
from workflows.rules.grounds import reason_given
from workflows.stages.board import (
    BEING_DECIDED,
    DECLINE_EFFECTS,
    DECLINE_NOTICE,
    DECLINED,
    NOT_YET_FINAL,
    figures_unchanged,
)
from workflows.stages.stage import Stage

STATES = (
    State("awaiting_decision", "Awaiting decision", BEING_DECIDED, max_days=14),
    State("decided", "Decided", BEING_DECIDED, max_days=14),
)
SENT_BACK = State("sent_back", "Sent back", BEING_DECIDED, max_days=30)
_decider = apart(Duty.DECIDER)
_DECIDES: tuple[Guard, ...] = (_decider, decided_by("delegate"), reason_given)


def _steps() -> tuple[Transition, ...]:
    return (
        Transition(
            action="decide",
            sources=("awaiting_decision",),
            target="decided",
            permission=Permission.DECISION_TAKE,
            label="Decide to fund",
            guards=(*_DECIDES, figures_unchanged, budget_held),
            notice=tell(Notify("decision_taken", "office")),
        ),
        Transition(
            action="send_back",
            sources=("awaiting_decision", "decided"),
            target=SENT_BACK.key,
            permission=Permission.DECISION_TAKE,
            label="Send back",
            guards=_DECIDES,
            notice=tell(Notify("decision_sent_back", "office")),
        ),
        Transition(
            action="decline",
            sources=("awaiting_decision",),
            target="declined",
            permission=Permission.DECISION_TAKE,
            label="Decide not to fund",
            guards=_DECIDES,
            effects=DECLINE_EFFECTS,
            notice=DECLINE_NOTICE,
        ),
    )


def after_board() -> Stage:
    """The decision that follows a board's recommendation."""
    ask = Transition(
        action="ask_decider",
        sources=("board_recommended",),
        target="awaiting_decision",
        permission=Permission.MEETING_CLOSE,
        label="Ask for the decision",
        notice=tell(Notify("decision_wanted", "decider")),
    )
    return Stage((*STATES, SENT_BACK), (ask, *_steps()))


def without_board() -> Stage:
    """The decision of a pathway that has no board: the delegate decides on the assessment alone."""
    ask = Transition(
        action="ask_decider",
        sources=("recommended", "not_recommended"),
        target="awaiting_decision",
        permission=Permission.BID_REFER,
        label="Ask for the decision",
        notice=tell(Notify("decision_wanted", "decider")),
    )
    again = Transition(
        action="assess_again",
        sources=("sent_back",),
        target="in_assessment",
        permission=Permission.BID_REFER,
        label="Assess again",
        guards=(reason_given,),
        notice=silent(NOT_YET_FINAL),
    )
    return Stage((*STATES, SENT_BACK, DECLINED), (ask, *_steps(), again))
