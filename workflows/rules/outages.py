"""How much of the last day before a close the service could not be used, and what makes it good.

A minute is lost in a silence of at least three (no web process wrote anything), or when more than one
answer in ten was slow or failed, of at least twenty. What is lost, up to whole hours, is added to the close.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BEFORE_CLOSE = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SLOW = timedelta(seconds=3)
SHORTEST_SILENCE = 3
LEAST_ANSWERS = 20
ONE_IN = 10


@dataclass(frozen=True, slots=True)
class Minute:
    """What was answered from one instant on, for a minute; `bad` answers were slow or failed."""

    at: datetime
    answers: int
    bad: int

    @property
    def is_poor(self) -> bool:
        """Whether too many of its answers were bad."""
        return self.answers >= LEAST_ANSWERS and self.bad * ONE_IN > self.answers


@dataclass(frozen=True, slots=True)
class Lost:
    """Minutes in which nobody could work: nothing answered at all, or answers were slow or failed."""

    silent: int
    poor: int

    @property
    def minutes(self) -> int:
        """Both together."""
        return self.silent + self.poor

    @property
    def extension(self) -> timedelta:
        """What makes it good: the lost time, up to whole hours."""
        return -(-self.minutes * MINUTE // HOUR) * HOUR


def lost(
    minutes: Sequence[Minute], since: datetime, until: datetime, recorded_since: datetime | None
) -> Lost:
    """What was lost from one instant to another, of the minutes on record, the earliest first.

    Before `recorded_since`, the first minute ever recorded, nothing is known and nothing is lost.
    """
    if recorded_since is None:
        return Lost(0, 0)
    start = max(since, recorded_since)
    within = [each for each in minutes if start <= each.at < until]
    silent = sum(gap for gap in _gaps(within, start, until) if gap >= SHORTEST_SILENCE)
    return Lost(silent, sum(each.is_poor for each in within))


def _gaps(minutes: Sequence[Minute], since: datetime, until: datetime) -> Iterator[int]:
    """The whole minutes without a record: before the first, between each two, and after the last."""
    reached = since
    for each in minutes:
        yield (each.at - reached) // MINUTE
        reached = each.at + MINUTE
    yield max(0, (until - reached) // MINUTE)
