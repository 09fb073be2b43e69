"""The machine of a round: set up, published, assessed, decided. Open and closed are read off the clock."""

from workflows.actors import Permission
from workflows.cases import AWARDS_OPEN, BIDS_UNASSESSED, BIDS_UNDECIDED, Fact, RoundCase, Rule, reads
from workflows.effects import Notify, PostLedger, PrintForm, silent, tell
from workflows.machine import Blocker, Machine, Request, State, Transition
from workflows.rules import extending, schedule
from workflows.rules.grounds import nothing_missing, reason_given

STATES = (
    State("draft", "Being set up", "Not yet published"),
    State("published", "Published", "Published"),
    State("assessed", "Assessed", "Decision being made"),
    State("decided", "Decided", "Decided"),
    State("complete", "Complete", "Complete", final=True),
    State("cancelled", "Cancelled", "Cancelled", final=True),
)


def opens_in_future(case: RoundCase, request: Request) -> Blocker | None:
    """Everybody can read the rules before the first bid can be made."""
    if case.opens_at is None:
        return Blocker("no_opening", "The round has no opening time.", "Set the day and time it opens.")
    if case.opens_at < request.now:
        when = schedule.in_words(case.opens_at)
        return Blocker(
            "opens_in_past", f"The round would have opened at {when}.", "Set a later opening time."
        )
    return None


def closes_after_opening(case: RoundCase, _request: Request) -> Blocker | None:
    """A round with a close is open for some time first."""
    if case.closes_at is None or case.opens_at is None or case.opens_at < case.closes_at:
        return None
    return Blocker("closes_too_early", "The round closes before it opens.", "Set a later closing time.")


def release_set(case: RoundCase, _request: Request) -> Blocker | None:
    """Decisions have an instant at which everybody hears at once."""
    if case.release_at is not None:
        return None
    return Blocker("no_release", "The round has no release time.", "Set when everybody hears the decisions.")


def none_left(fact: Fact[int], code: str, one: str, many: str) -> Rule:
    """The guard that waits until a count of unfinished things is nought."""

    @reads(fact)
    def judge(_case: RoundCase, request: Request) -> Blocker | None:
        count = fact.read(request)
        return Blocker(code, f"{count:,} {one if count == 1 else many}.") if count else None

    return judge


_assessed = none_left(BIDS_UNASSESSED, "unassessed", "bid is not yet assessed", "bids are not yet assessed")
_decided = none_left(BIDS_UNDECIDED, "undecided", "bid has no decision yet", "bids have no decision yet")
_ended = none_left(AWARDS_OPEN, "awards_open", "award is not at its end", "awards are not at their end")

MACHINE = Machine(
    name="round",
    version=1,
    initial="draft",
    states=STATES,
    transitions=(
        Transition(
            action="publish",
            sources=("draft",),
            target="published",
            permission=Permission.ROUND_PUBLISH,
            label="Publish the round",
            guards=(nothing_missing, opens_in_future, closes_after_opening),
            effects=(PostLedger("fund"), PrintForm()),
            notice=tell(Notify("round_published", "followers")),
        ),
        Transition(
            action="change_terms",
            sources=("published",),
            target="published",
            permission=Permission.ROUND_PUBLISH,
            label="Publish a new version of the terms",
            guards=(nothing_missing, closes_after_opening, reason_given),
            notice=tell(
                Notify("round_terms_changed", "followers"), Notify("round_terms_changed", "applicant")
            ),
        ),
        Transition(
            action="extend",
            sources=("published",),
            target="published",
            permission=Permission.ROUND_PUBLISH,
            label="Close the round later",
            guards=(extending.later_for_all, extending.nothing_taken_up, reason_given),
            effects=(PrintForm(),),
            notice=tell(Notify("round_extended", "followers"), Notify("round_extended", "applicant")),
        ),
        Transition(
            action="mark_assessed",
            sources=("published",),
            target="assessed",
            permission=Permission.ROUND_ADVANCE,
            label="All bids are assessed",
            guards=(schedule.closed, _assessed),
            notice=silent("the board's papers say so"),
        ),
        Transition(
            action="mark_decided",
            sources=("assessed",),
            target="decided",
            permission=Permission.ROUND_ADVANCE,
            label="All bids are decided",
            guards=(_decided, release_set),
            notice=silent("each applicant hears of their own bid at the release"),
        ),
        Transition(
            action="complete",
            sources=("decided",),
            target="complete",
            permission=Permission.ROUND_ADVANCE,
            label="Complete the round",
            guards=(_ended,),
            effects=(PostLedger("unfund"),),
            notice=silent("everybody it concerns heard before"),
        ),
        Transition(
            action="cancel",
            sources=("draft",),
            target="cancelled",
            permission=Permission.ROUND_PUBLISH,
            label="Cancel the round",
            guards=(reason_given,),
            notice=silent("nobody outside knows of a round being set up"),
        ),
        Transition(
            action="cancel",
            sources=("published", "assessed"),
            target="cancelled",
            permission=Permission.ROUND_PUBLISH,
            label="Cancel the round",
            guards=(reason_given, _ended),
            effects=(PostLedger("unfund"),),
            notice=tell(Notify("round_cancelled", "followers"), Notify("round_cancelled", "applicant")),
        ),
    ),
)
