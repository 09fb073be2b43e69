"""The machines of money going out: a claim in arrears, and the payment run that pays it."""

from collections.abc import Iterator

from workflows.actors import Permission
from workflows.cases import (
    AWARD_LEFT_PENCE,
    BANK_VERIFIED,
    CONDITIONS_OPEN,
    LINES,
    LINES_WITHOUT_RESULT,
    RUN_STATE,
    Case,
    ClaimCase,
    Rule,
    reads,
)
from workflows.effects import FeedRdTotal, Notify, PostLedger, silent, tell
from workflows.machine import Blocker, Machine, Request, State, Transition
from workflows.rules.duties import Duty, apart
from workflows.rules.grounds import nothing_missing, reason_given
from workflows.rules.money import in_words

CLAIM_STATES = (
    State("due", "Due", "To be claimed", max_days=30),
    State("submitted", "Submitted", "Received", max_days=10),
    State("queried", "Queried", "We need something from you", max_days=14),
    State("checked", "Checked", "Being checked", max_days=5),
    State("approved", "Approved", "Approved for payment", max_days=10),
    State("in_run", "In a payment run", "Payment on its way", max_days=5),
    State("paid", "Paid", "Paid", final=True),
    State("rejected", "Rejected", "Not paid", final=True),
)
RUN_STATES = (
    State("draft", "Being prepared", "Being prepared"),
    State("approved", "Approved", "Approved"),
    State("exported", "With the bank", "With the bank", max_days=3),
    State("confirmed", "Confirmed", "Confirmed", final=True),
    State("discarded", "Discarded", "Discarded", final=True),
)
SHOWN = "the applicant sees it on the claim's own page"


@reads(AWARD_LEFT_PENCE)
def within_award(case: ClaimCase, request: Request) -> Blocker | None:
    """No payment takes an award above its amount; costs above it are taken, and paid no further."""
    room = AWARD_LEFT_PENCE.read(request)
    if case.payable_pence <= room:
        return None
    return Blocker(
        "above_award",
        f"{in_words(case.payable_pence)} would be paid, and {in_words(room)} of the award is left.",
        "Lower the payable part; the costs themselves still count.",
    )


def something_payable(case: ClaimCase, _request: Request) -> Blocker | None:
    """A payment of nothing is not a payment."""
    if case.payable_pence > 0:
        return None
    return Blocker("nothing_payable", "Nothing is payable on this claim.")


@reads(CONDITIONS_OPEN)
def conditions_met(_case: ClaimCase, request: Request) -> Blocker | None:
    """A condition marked “before payment” holds back every payment."""
    count = CONDITIONS_OPEN.read(request)
    if not count:
        return None
    return Blocker(
        "conditions_open", f"Conditions before payment not yet met: {count}.", "Discharge them first."
    )


@reads(BANK_VERIFIED)
def bank_details_verified(_case: Case, request: Request) -> Blocker | None:
    """Money goes only to an account that two people have checked, from the claim to the bank's door."""
    if BANK_VERIFIED.read(request):
        return None
    return Blocker(
        "bank_unverified", "The bank details are not verified.", "Two people verify them, by call-back."
    )


def run_is(states: frozenset[str], reason: str) -> Rule:
    """The guard that keeps a claim in step with the run it is in."""

    @reads(RUN_STATE)
    def judge(_case: Case, request: Request) -> Blocker | None:
        return None if RUN_STATE.read(request) in states else Blocker("run_state", reason)

    return judge


@reads(LINES)
def run_not_empty(_case: Case, request: Request) -> Iterator[Blocker]:
    """A run pays somebody."""
    if not LINES.read(request):
        yield Blocker("empty_run", "There is no payment in this run.", "Add approved claims.")


@reads(LINES_WITHOUT_RESULT)
def every_line_answered(_case: Case, request: Request) -> Blocker | None:
    """A run is confirmed when the bank has said paid or refused for every line."""
    count = LINES_WITHOUT_RESULT.read(request)
    if not count:
        return None
    return Blocker(
        "lines_open", f"Payments without the bank's answer: {count}.", "Import the bank's result file."
    )


_draft_run = run_is(frozenset({"draft"}), "This payment run is no longer being prepared.")
_exported_run = run_is(frozenset({"exported"}), "This payment run is not with the bank.")
_unsent_run = run_is(frozenset({"draft", "discarded"}), "This payment run has been approved or sent.")

CLAIM = Machine(
    name="claim",
    version=1,
    initial="due",
    states=CLAIM_STATES,
    transitions=(
        Transition(
            action="submit",
            sources=("due", "queried"),
            target="submitted",
            permission=Permission.CLAIM_SUBMIT,
            label="Submit the claim",
            guards=(nothing_missing,),
            notice=tell(Notify("claim_received", "applicant"), Notify("claim_received", "finance")),
        ),
        Transition(
            action="query",
            sources=("submitted",),
            target="queried",
            permission=Permission.CLAIM_CHECK,
            label="Ask about the claim",
            guards=(reason_given,),
            notice=tell(Notify("claim_queried", "applicant")),
        ),
        Transition(
            action="check",
            sources=("submitted",),
            target="checked",
            permission=Permission.CLAIM_CHECK,
            label="Check the claim",
            guards=(apart(Duty.CLAIM_CHECKER), nothing_missing),
            notice=silent(SHOWN),
        ),
        Transition(
            action="approve",
            sources=("checked",),
            target="approved",
            permission=Permission.CLAIM_APPROVE,
            label="Approve the claim",
            guards=(apart(Duty.CLAIM_APPROVER), within_award, something_payable),
            effects=(FeedRdTotal("defrayed"), PostLedger("payable")),
            notice=tell(Notify("claim_approved", "applicant")),
        ),
        Transition(
            action="reject",
            sources=("checked",),
            target="rejected",
            permission=Permission.CLAIM_APPROVE,
            label="Reject the claim",
            guards=(apart(Duty.CLAIM_APPROVER), reason_given),
            notice=tell(Notify("claim_rejected", "applicant")),
        ),
        Transition(
            action="release_retention",
            sources=("due",),
            target="approved",
            permission=Permission.CLAIM_APPROVE,
            label="Release what was kept back",
            guards=(apart(Duty.CLAIM_APPROVER), nothing_missing, something_payable),
            effects=(PostLedger("unretain"),),
            notice=tell(Notify("retention_released", "applicant")),
        ),
        Transition(
            action="put_in_run",
            sources=("approved",),
            target="in_run",
            permission=Permission.RUN_PREPARE,
            label="Put in a payment run",
            guards=(_draft_run, bank_details_verified, conditions_met, within_award),
            notice=silent(SHOWN),
        ),
        Transition(
            action="take_out_of_run",
            sources=("in_run",),
            target="approved",
            permission=Permission.RUN_PREPARE,
            label="Take out of the payment run",
            guards=(_unsent_run,),
            notice=silent(SHOWN),
        ),
        Transition(
            action="pay",
            sources=("in_run",),
            target="paid",
            permission=Permission.RUN_CONFIRM,
            label="The bank has paid",
            guards=(_exported_run,),
            effects=(PostLedger("paid"),),
            notice=tell(Notify("claim_paid", "applicant")),
        ),
        Transition(
            action="bank_refuse",
            sources=("in_run",),
            target="approved",
            permission=Permission.RUN_CONFIRM,
            label="The bank has refused",
            guards=(_exported_run,),
            effects=(PostLedger("refused"),),
            notice=tell(Notify("payment_refused", "applicant"), Notify("payment_refused", "finance")),
        ),
    ),
)

PAYMENT_RUN = Machine(
    name="payment_run",
    version=1,
    initial="draft",
    states=RUN_STATES,
    transitions=(
        Transition(
            action="approve",
            sources=("draft",),
            target="approved",
            permission=Permission.RUN_APPROVE,
            label="Approve the payment run",
            guards=(run_not_empty, bank_details_verified, apart(Duty.PAYMENT_RELEASER)),
            notice=silent("finance works on it together"),
        ),
        Transition(
            action="reopen",
            sources=("approved",),
            target="draft",
            permission=Permission.RUN_PREPARE,
            label="Prepare the run again",
            guards=(reason_given,),
            notice=silent("finance works on it together"),
        ),
        Transition(
            action="discard",
            sources=("draft",),
            target="discarded",
            permission=Permission.RUN_PREPARE,
            label="Discard the run",
            guards=(reason_given,),
            notice=silent("finance works on it together"),
        ),
        Transition(
            action="export",
            sources=("approved",),
            target="exported",
            permission=Permission.RUN_EXPORT,
            label="Send to the bank",
            guards=(run_not_empty, bank_details_verified),
            effects=(PostLedger("in_transit"),),
            notice=silent("each payee hears when the bank has paid"),
        ),
        Transition(
            action="confirm",
            sources=("exported",),
            target="confirmed",
            permission=Permission.RUN_CONFIRM,
            label="Confirm the bank's answer",
            guards=(every_line_answered,),
            notice=tell(Notify("run_confirmed", "finance")),
        ),
    ),
)
