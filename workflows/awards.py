"""The machine of an award: the subsidy check, the offer, its acceptance, and the ways it ends."""

from workflows.actors import Permission
from workflows.cases import CLAIMS_OPEN, IS_SIGNATORY, LETTER_READY, AwardCase, reads
from workflows.effects import FeedRdTotal, IssueLetter, Notify, PostLedger, tell
from workflows.machine import Blocker, Machine, Request, State, Transition
from workflows.rules.duties import Duty, apart
from workflows.rules.eligibility import no_check_failed
from workflows.rules.grounds import nothing_missing, reason_given
from workflows.rules.schedule import acceptance_over, within_acceptance
from workflows.rules.subsidy import confirmed, notified, within_limit

STATES = (
    State("subsidy_check", "Subsidy check", "Decision being made", max_days=30),
    State("offered", "Offered", "Offer made", max_days=30),
    State("accepted", "Accepted", "Offer accepted", max_days=90),
    State("live", "Live", "Project under way"),
    State("completed", "Completed", "Project complete", final=True),
    State("lapsed", "Lapsed", "Offer lapsed", final=True),
    State("declined_by_applicant", "Declined by the applicant", "Offer declined", final=True),
    State("withdrawn", "Withdrawn", "Withdrawn", final=True),
    State("terminated", "Terminated", "Ended early", final=True),
)
# What an award gives back when it ends: the rest of its money, and what it planned beyond what was done.
_FREED = (PostLedger("release"), FeedRdTotal("committed"))
_FREED_AFTER_SIGNING = (*_FREED, FeedRdTotal("contracted"))


@reads(LETTER_READY)
def letter_ready(_case: AwardCase, request: Request) -> Blocker | None:
    """An offer is its letter: made, read by somebody, and not void."""
    if LETTER_READY.read(request):
        return None
    return Blocker(
        "no_letter", "There is no valid offer letter.", "Wait until it is made, or have it made again."
    )


@reads(IS_SIGNATORY)
def by_signatory(_case: AwardCase, request: Request) -> Blocker | None:
    """Only the person named in the letter can bind the organisation."""
    if IS_SIGNATORY.read(request):
        return None
    return Blocker(
        "not_signatory", "The offer names somebody else to sign it.", "Ask that person to sign in."
    )


@reads(CLAIMS_OPEN)
def no_claim_open(_case: AwardCase, request: Request) -> Blocker | None:
    """An award ends with every claim that lies with us or with the bank paid or rejected."""
    count = CLAIMS_OPEN.read(request)
    if not count:
        return None
    return Blocker("claims_open", f"Claims made and not yet paid or rejected: {count}.", "Settle them first.")


MACHINE = Machine(
    name="award",
    version=1,
    initial="subsidy_check",
    states=STATES,
    transitions=(
        Transition(
            action="confirm_subsidy",
            sources=("subsidy_check",),
            target="subsidy_check",
            permission=Permission.AWARD_CONFIRM,
            label="Confirm earlier public money",
            guards=(notified, within_limit),
            effects=(IssueLetter("offer"),),
            notice=tell(Notify("subsidy_confirmed", "office")),
        ),
        Transition(
            action="offer",
            sources=("subsidy_check",),
            target="offered",
            permission=Permission.LETTER_RELEASE,
            label="Release the offer letter",
            guards=(
                notified,
                confirmed,
                within_limit,
                letter_ready,
                no_check_failed,
                apart(Duty.LETTER_RELEASER),
            ),
            notice=tell(Notify("offer_made", "applicant")),
        ),
        Transition(
            action="accept",
            sources=("offered",),
            target="accepted",
            permission=Permission.AWARD_ACCEPT,
            label="Accept the offer",
            guards=(within_acceptance, by_signatory, letter_ready, confirmed, within_limit),
            effects=(PostLedger("contract"), FeedRdTotal("contracted"), IssueLetter("mfa_confirmation")),
            notice=tell(Notify("offer_accepted", "office"), Notify("acceptance_received", "applicant")),
        ),
        Transition(
            action="decline",
            sources=("offered",),
            target="declined_by_applicant",
            permission=Permission.AWARD_ACCEPT,
            label="Decline the offer",
            guards=(by_signatory,),
            effects=_FREED,
            notice=tell(Notify("offer_declined", "office")),
        ),
        Transition(
            action="lapse",
            sources=("offered",),
            target="lapsed",
            permission=Permission.SYSTEM_RUN,
            label="The offer lapses",
            guards=(acceptance_over,),
            effects=_FREED,
            notice=tell(Notify("offer_lapsed", "applicant"), Notify("offer_lapsed", "office")),
        ),
        Transition(
            action="start",
            sources=("accepted",),
            target="live",
            permission=Permission.AWARD_MANAGE,
            label="Start the project",
            guards=(nothing_missing,),
            notice=tell(Notify("project_started", "applicant")),
        ),
        Transition(
            action="complete",
            sources=("live",),
            target="completed",
            permission=Permission.AWARD_MANAGE,
            label="Complete the award",
            guards=(no_claim_open, nothing_missing),
            effects=(*_FREED_AFTER_SIGNING, IssueLetter("completion")),
            notice=tell(Notify("award_completed", "applicant")),
        ),
        Transition(
            action="step_back",
            sources=("subsidy_check",),
            target="withdrawn",
            permission=Permission.AWARD_CONFIRM,
            label="Step back before the offer",
            effects=_FREED,
            notice=tell(Notify("award_given_up", "office")),
        ),
        Transition(
            action="withdraw",
            sources=("subsidy_check", "offered"),
            target="withdrawn",
            permission=Permission.AWARD_MANAGE,
            label="Withdraw the award",
            guards=(reason_given,),
            effects=_FREED,
            notice=tell(Notify("award_withdrawn", "applicant")),
        ),
        Transition(
            action="withdraw",
            sources=("accepted", "live"),
            target="withdrawn",
            permission=Permission.AWARD_MANAGE,
            label="Withdraw the award",
            guards=(reason_given, no_claim_open),
            effects=_FREED_AFTER_SIGNING,
            notice=tell(Notify("award_withdrawn", "applicant")),
        ),
        Transition(
            action="terminate",
            sources=("accepted", "live"),
            target="terminated",
            permission=Permission.AWARD_TERMINATE,
            label="Terminate the award",
            guards=(reason_given, no_claim_open),
            effects=(*_FREED_AFTER_SIGNING, IssueLetter("termination")),
            notice=tell(Notify("award_terminated", "applicant"), Notify("award_terminated", "finance")),
        ),
    ),
)
