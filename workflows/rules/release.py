"""What everyone outside may know before a decision's release instant: only that one is being made."""

from datetime import datetime

from workflows.machine import Machine

# States that a decision made, in any pathway; `at_board` and its kin say only that one is awaited.
DECIDED = frozenset(
    {
        "board_approved",
        "board_recommended",
        "reserve",
        "deferred",
        "declined",
        "awaiting_decision",
        "decided",
        "sent_back",
        "approved",
        "offered",
    }
)
# States in which nothing is left to decide on a bid that was sent in.
SETTLED = frozenset({"withdrawn", "ineligible", "declined", "reserve", "decided", "approved", "offered"})
_WAITING = ("at_board", "awaiting_decision")


def is_released(release_at: datetime | None, now: datetime) -> bool:
    """Whether the decision may be known outside; one without a release instant is still held."""
    return release_at is not None and release_at <= now


def seen_outside(machine: Machine, state: str, release_at: datetime | None, now: datetime) -> str:
    """The state key that applicants, the public, feeds and messages are shown."""
    if state not in DECIDED or is_released(release_at, now):
        return state
    known = {each.key for each in machine.states}
    return next(key for key in _WAITING if key in known)
