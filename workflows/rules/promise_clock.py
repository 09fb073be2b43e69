"""The promise clock: what was promised, moved by the days we waited for the applicant, beside what was kept.

It stands still from each question to the bid's people until their answer, the end of the waiting, or the
end of the bid; what is added are the whole days of all that time together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.rules import schedule

ASKED = "ask"
ENDED = ("answer", "stop_waiting", "withdraw")
STEPS = (ASKED, *ENDED)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stood still; one that goes on has no end."""

    since: datetime
    until: datetime | None


def pauses(steps: Iterable[tuple[str, datetime]]) -> tuple[Pause, ...]:
    """The pauses in a bid's steps, each an action and its instant, in order; other steps are passed over."""
    found: list[Pause] = []
    since: datetime | None = None
    for action, at in steps:
        if action == ASKED and since is None:
            since = at
        elif action in ENDED and since is not None:
            found.append(Pause(since, at))
            since = None
    return (*found, Pause(since, None)) if since is not None else tuple(found)


def days_added(stops: Iterable[Pause], now: datetime) -> int:
    """The whole days in all pauses together; one that goes on counts up to now."""
    return sum(((each.until or now) - each.since for each in stops), timedelta()).days


def counted_from(cut_off: datetime, days: int) -> date:
    """The day a promise to the bids of a batch falls on: so many days after the UK day of its cut-off."""
    return schedule.local(cut_off).date() + timedelta(days=days)


def moved(promised: date, days: int) -> date:
    """The day a promise falls on after so many days were added."""
    return promised + timedelta(days=days)


def days_late(promised: date, kept: date | None, today: date) -> int | None:
    """How many days after its promise something came, below nought before it; nothing while it may be."""
    if kept is None:
        return (today - promised).days if today > promised else None
    return (kept - promised).days


def in_words(late: int) -> str:
    """2 days late, 1 day early, as promised."""
    if late == 0:
        return "as promised"
    days = "1 day" if abs(late) == 1 else f"{abs(late):,} days"
    return f"{days} {'late' if late > 0 else 'early'}"
