"""The moments a demonstration's clock can be moved to, each worked out when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fundapp import clock
from fundapp.queries import moments

A_LITTLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """One choice of the bar: its words and how to find the instant, or nothing when there is none ahead."""

    text: str
    find: Callable[[], datetime | None]


def _in(delay: timedelta) -> Callable[[], datetime]:
    return lambda: clock.now() + delay


def _after(find: Callable[[], datetime | None], delay: timedelta) -> Callable[[], datetime | None]:
    def instant() -> datetime | None:
        found = find()
        return found + delay if found else None

    return instant


def _year_end() -> datetime:
    """The first minute of the next financial year, in UK time."""
    today = clock.in_london(clock.now())
    year = today.year + (today.month >= 4)
    return datetime(year, 4, 1, 0, 1, tzinfo=clock.LONDON)


MOMENTS = {
    "hour": Moment("An hour later", _in(timedelta(hours=1))),
    "day": Moment("Tomorrow", _in(timedelta(days=1))),
    "week": Moment("A week later", _in(timedelta(weeks=1))),
    "opens": Moment("The next round opens", _after(moments.next_opening, A_LITTLE)),
    "last_hour": Moment("The last hour of a round", _after(moments.next_close, -timedelta(minutes=55))),
    "closed": Moment("The next round has closed", _after(moments.next_close, A_LITTLE)),
    "board": Moment("The next board meeting", _after(moments.next_meeting, A_LITTLE)),
    "letters": Moment("The next decisions are released", _after(moments.next_release, A_LITTLE)),
    "year_end": Moment("The new financial year", _year_end),
}
