"""Offer: a decision takes effect after any call-in, and the offer letter leaves."""

from workflows.actors import Permission
from workflows.cases import AWARD_STATE, CALL_IN_ENDS_AT, CALLED_IN, ApplicationCase, reads
from workflows.effects import FeedRdTotal, Notify, PostLedger, silent, tell
from workflows.machine import Blocker, Request, State, Transition
from workflows.rules.budget import budget_held
from workflows.rules.grounds import reason_given
from workflows.rules.schedule import in_words
from workflows.stages.board import BEING_DECIDED, figures_changed, figures_unchanged
from workflows.stages.intake import award_withdrawn
from workflows.stages.stage import Stage

STATES = (
    State("approved", "Approved", BEING_DECIDED, max_days=14),
    State("offered", "Offered", "Offer made", final=True),
)


@reads(CALL_IN_ENDS_AT, CALLED_IN)
def call_in_over(_case: ApplicationCase, request: Request) -> Blocker | None:
    """A decision open to call-in takes effect only when its clear working days have passed."""
    ends_at, called_in = CALL_IN_ENDS_AT.read(request), CALLED_IN.read(request)
    if ends_at is None:
        return None
    if called_in:
        return Blocker(
            "called_in", "This decision was called in.", "The decider sends it back, or the call-in ends."
        )
    if request.now > ends_at:
        return None
    return Blocker("call_in", f"This decision may be called in until {in_words(ends_at)}.")


@reads(AWARD_STATE)
def offer_released(_case: ApplicationCase, request: Request) -> Blocker | None:
    """A bid becomes an offer only by its award's letter, released under the award's own rules."""
    if AWARD_STATE.read(request) == "offered":
        return None
    return Blocker("offer_not_released", "The offer letter has not been released.", "Release the letter.")


def stage(approving: tuple[str, ...], goes_back_to: str) -> Stage:
    """Offer; `approving` are the states in which the deciding body has said yes."""
    return Stage(
        states=STATES,
        transitions=(
            Transition(
                action="approve",
                sources=approving,
                target="approved",
                permission=Permission.SYSTEM_RUN,
                label="The approval takes effect",
                guards=(call_in_over, figures_unchanged, budget_held),
                effects=(PostLedger("commit"), FeedRdTotal("committed")),
                notice=tell(
                    Notify("approved_mfa_notification", "applicant", held=True),
                    Notify("bid_approved", "finance"),
                ),
            ),
            Transition(
                action="void_approval",
                sources=("approved",),
                target=goes_back_to,
                permission=Permission.BID_REFER,
                label="Void the approval",
                guards=(award_withdrawn, figures_changed, reason_given),
                notice=tell(Notify("approval_voided", "finance")),
            ),
            Transition(
                action="offer",
                sources=("approved",),
                target="offered",
                permission=Permission.LETTER_RELEASE,
                label="The offer is made",
                guards=(offer_released,),
                notice=silent("the award's own step sends the letter"),
            ),
        ),
    )
