"""Moving a close: only later, for everybody or one bid, while nobody has looked into the bids."""

from datetime import datetime

from workflows.cases import BIDS_TAKEN_UP, NEW_CLOSE, ApplicationCase, RoundCase, reads
from workflows.machine import Blocker, Request
from workflows.rules.schedule import closes, in_words


@reads(NEW_CLOSE)
def later_for_all(case: RoundCase, request: Request) -> Blocker | None:
    """A round that has a close may close later, never earlier, and before everybody hears."""
    return _later(case.closes_at, case.release_at, request)


@reads(NEW_CLOSE)
def later_for_one(case: ApplicationCase, request: Request) -> Blocker | None:
    """A bid may have a close of its own, later than the one it has, in a round that still takes bids in."""
    if case.round.state != "published":
        return Blocker("round_moved_on", "The bids of this round are assessed, so none can be added.")
    return _later(closes(case), case.round.release_at, request)


@reads(BIDS_TAKEN_UP)
def nothing_taken_up(_case: RoundCase, request: Request) -> Blocker | None:
    """Once somebody has looked into a bid, the others can no longer be written on equal terms."""
    count = BIDS_TAKEN_UP.read(request)
    if not count:
        return None
    what = "One bid is" if count == 1 else f"{count:,} bids are"
    return Blocker(
        "round_moved_on", f"{what} being checked already, so the round cannot be opened again for everybody."
    )


def _later(close: datetime | None, release_at: datetime | None, request: Request) -> Blocker | None:
    new = NEW_CLOSE.read(request)
    if close is None:
        return Blocker("never_closes", "This round takes bids all year: it has no close to move.")
    if new <= close:
        return Blocker("not_later", f"That is not after {in_words(close)}.", "A close is only moved later.")
    if new <= request.now:
        return Blocker("close_in_past", f"{in_words(new)} is past.", "Choose a later time.")
    if release_at is not None and new >= release_at:
        return Blocker(
            "close_after_release", f"Everybody hears at {in_words(release_at)}.", "Choose a time before that."
        )
    return None
