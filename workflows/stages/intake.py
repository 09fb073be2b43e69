"""Intake: a bid is written, sent in, taken back and sent in again until the close, or withdrawn."""

from collections.abc import Iterator

from workflows.actors import Permission
from workflows.cases import (
    AMOUNT_RANGE,
    AWARD_STATE,
    DECLARED,
    HAS_VERSION,
    ApplicationCase,
    reads,
)
from workflows.effects import Notice, Notify, silent, tell
from workflows.machine import Blocker, Guard, Request, State, Transition
from workflows.rules import eligibility, money
from workflows.rules.extending import later_for_one
from workflows.rules.grounds import nothing_missing, reason_given
from workflows.rules.schedule import round_closed, round_open
from workflows.stages.stage import Stage

STATES = (
    State("draft", "Draft", "Draft"),
    State("submitted", "Submitted", "Received"),
)
WITHDRAWN = State("withdrawn", "Withdrawn", "Withdrawn", final=True)
OWN_STEP = "the person who acts is told on the page itself"


@reads(DECLARED)
def declarations_made(_case: ApplicationCase, request: Request) -> Blocker | None:
    """A bid is signed: every declaration is ticked by the person who sends it in."""
    if DECLARED.read(request):
        return None
    return Blocker("not_declared", "You have not made every declaration.", "Read and tick each of them.")


@reads(AMOUNT_RANGE)
def amount_in_range(case: ApplicationCase, request: Request) -> Iterator[Blocker]:
    """The amount asked for lies within the round's range, both ends included."""
    asked = case.grant_requested_pence
    beyond = eligibility.beyond(asked, *AMOUNT_RANGE.read(request))
    remedy = "Change the costs, or the amount you ask for."
    if beyond < 0:
        short = money.in_words(-beyond)
        yield Blocker(
            "amount_low", f"You ask for {money.in_words(asked)}, {short} less than the least.", remedy
        )
    if beyond > 0:
        over = money.in_words(beyond)
        yield Blocker("amount_high", f"You ask for {money.in_words(asked)}, {over} over the limit.", remedy)


@reads(HAS_VERSION)
def sent_in_before(_case: ApplicationCase, request: Request) -> Blocker | None:
    """Only a bid that was sent in once can go forward without being sent in again."""
    if HAS_VERSION.read(request):
        return None
    return Blocker("never_submitted", "This bid was never sent in.")


@reads(AWARD_STATE)
def award_withdrawn(_case: ApplicationCase, request: Request) -> Blocker | None:
    """An approved bid ends only when the award made from it has ended first, which frees its money."""
    if AWARD_STATE.read(request) == "withdrawn":
        return None
    return Blocker("award_stands", "The award made from this bid still stands.", "Withdraw the award first.")


_COMPLETE: tuple[Guard, ...] = (nothing_missing, amount_in_range, declarations_made)


def stage(reopen_guards: tuple[Guard, ...], closes: bool) -> Stage:
    """Intake; pathways differ in how long a bid may be taken back, and in whether there is a close."""
    return Stage(STATES, (*_writing(reopen_guards), *(_around_the_close() if closes else ())))


def _writing(reopen_guards: tuple[Guard, ...]) -> tuple[Transition, ...]:
    return (
        Transition(
            action="submit",
            sources=("draft",),
            target="submitted",
            permission=Permission.BID_SUBMIT,
            label="Submit the bid",
            guards=(round_open, *_COMPLETE),
            notice=tell(Notify("bid_received", "applicant")),
        ),
        Transition(
            action="reopen",
            sources=("submitted",),
            target="draft",
            permission=Permission.BID_EDIT,
            label="Reopen the bid",
            guards=reopen_guards,
            notice=silent(OWN_STEP),
        ),
    )


def _around_the_close() -> tuple[Transition, ...]:
    return (
        *(_extend(state) for state in ("draft", "submitted")),
        Transition(
            action="carry_forward",
            sources=("draft",),
            target="submitted",
            permission=Permission.SYSTEM_RUN,
            label="Carry the last submitted version forward",
            guards=(round_closed, sent_in_before),
            notice=tell(Notify("version_carried_forward", "applicant")),
        ),
        Transition(
            action="accept_late",
            sources=("draft",),
            target="submitted",
            permission=Permission.BID_ACCEPT_LATE,
            label="Accept a late bid",
            guards=(round_closed, reason_given, *_COMPLETE),
            notice=tell(Notify("bid_accepted_late", "applicant")),
        ),
    )


def _extend(state: str) -> Transition:
    return Transition(
        action="extend",
        sources=(state,),
        target=state,
        permission=Permission.BID_ACCEPT_LATE,
        label="Give the bid a later close",
        guards=(later_for_one, reason_given),
        notice=tell(Notify("bid_extended", "applicant")),
    )


def withdrawal(stages: tuple[Stage, ...]) -> Stage:
    """The way out an applicant has from every unfinished state of these stages."""
    unfinished = (state.key for stage in stages for state in stage.states if not state.final)
    told = tell(Notify("bid_withdrawn", "office"), Notify("withdrawal_received", "applicant"))
    return Stage(
        states=(WITHDRAWN,),
        transitions=(
            _withdraw(("draft",), silent("nobody else has seen a draft")),
            _withdraw(tuple(key for key in unfinished if key not in {"draft", "approved"}), told),
            _withdraw(("approved",), told, award_withdrawn),
        ),
    )


def _withdraw(sources: tuple[str, ...], notice: Notice, *guards: Guard) -> Transition:
    return Transition(
        action="withdraw",
        sources=sources,
        target="withdrawn",
        permission=Permission.BID_WITHDRAW,
        label="Withdraw the bid",
        guards=guards,
        notice=notice,
    )
