"""The picture of a round filling up: bids started and sent in by day, against the round before it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fundapp import clock
from fundapp.models.funds import Round
from fundapp.queries.arrivals import Arrivals
from fundapp.web.office.pages import numbered

LAST_DAYS = 5
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000)
MANY_DAYS = 300
APART = 0.075
ROOM = 1.28
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """The counts at the end of one day; its own are unknown for a day to come."""

    day: date
    started: int | None
    sent: int | None
    before: int | None

    @property
    def figures(self) -> tuple[int | None, int | None, int | None]:
        """The three counts."""
        return self.started, self.sent, self.before


@dataclass(frozen=True, slots=True)
class BurnUp:
    """A round day by day, from its opening to its close or, without one, to today."""

    lines: Sequence[Line]
    today: date
    closes_on: date | None
    number_before: int | None

    @property
    def so_far(self) -> Line:
        """The last day whose counts are known."""
        return [line for line in self.lines if line.sent is not None][-1]

    @property
    def is_open(self) -> bool:
        """Whether more may still come."""
        return self.closes_on is None or self.today <= self.closes_on

    @property
    def finding(self) -> str:
        """What the picture shows, in a sentence."""
        started, sent, before = (figure or 0 for figure in self.so_far.figures)
        if not sent and not self.is_open:
            return "No bid was sent in"
        if not self.is_open:
            early = self.lines[max(0, len(self.lines) - 1 - LAST_DAYS)].sent or 0
            return f"{sent - early} of {numbered(sent, 'bid', 'bids')} came in the last five days"
        said = (
            f"{sent} of the {numbered(started, 'bid', 'bids')} begun {'is' if sent == 1 else 'are'} sent in"
        )
        if self.number_before is None:
            return said
        return f"{said}; round {self.number_before} had {before} as long before its close"

    @property
    def changes(self) -> list[Line]:
        """The days on which a count changed, the latest first: the picture's table."""
        known = [line for line in self.lines if line.sent is not None]
        pairs = zip(known, [None, *known], strict=False)
        return [line for line, last in pairs if last is None or line.figures != last.figures][::-1]

    @property
    def spec(self) -> dict[str, Any]:
        """What the chart component draws; x counts the days from the opening."""
        opens, span = self.lines[0].day, max(1, len(self.lines) - 1)
        top = max(1, *(figure or 0 for line in self.lines for figure in line.figures))
        step = next((each for each in STEPS if top / each <= 4), STEPS[-1])
        top = -(-top // step) * step
        until = (self.so_far.day - opens).days
        middle = self.is_open and self.closes_on is not None
        return {
            "x": [0, span * ROOM],
            "y": [0, top],
            "x_ticks": list(_ticks(opens, span)),
            "y_ticks": [(at, f"{at:,}") for at in range(0, top + 1, step)],
            "lines": list(self._drawn()),
            "uprights": [{"kind": "now", "x": until, "from": 0, "to": top}] if middle else [],
            "names": list(self._names(top, until, span, middle)),
            "wide": {"width": 662, "height": 290, "left": 40},
            "narrow": {"width": 328, "height": 250, "left": 34},
        }

    def _drawn(self) -> Iterator[dict[str, Any]]:
        for kind, at in (("comparison", 2), ("verdigris", 0), ("", 1)):
            points = _corners([line.figures[at] for line in self.lines])
            if points:
                yield {"kind": kind, "points": points}

    def _names(self, top: int, until: int, span: int, middle: bool) -> Iterator[dict[str, Any]]:
        """Each line's name at its end, pushed apart where the ends lie close together."""
        if middle:
            side, anchor = (-0.015, "end") if until > span / 5 else (0.015, "start")
            yield {
                "x": until + side * span,
                "y": top * 0.94,
                "text": "Today",
                "kind": "dock",
                "anchor": anchor,
            }
        started, sent, _ = self.so_far.figures
        ends = [
            (started or 0, f"Begun {started}", "verdigris", until),
            (sent or 0, f"Sent in {sent}", "estuary", until),
        ]
        if (before := self.lines[-1].before) is not None:
            ends.append((before, f"Round {self.number_before}", "quiet", span))
        last = top * 2.0
        for value, text, kind, at in sorted(ends, key=lambda end: -end[0]):
            last = min(value - top * 0.015, last - top * APART)
            yield {"x": at + span * 0.015, "y": last, "text": text, "kind": kind}


def burn_up(call: Round, own: Arrivals, before: Arrivals | None, today: date) -> BurnUp | None:
    """The picture of a round; none before anything happened in it."""
    if not own.days or call.opens_at is None:
        return None
    opens = clock.in_london(call.opens_at).date()
    ends = own.closes_on or today
    return BurnUp(
        list(_lines(own, before, opens, ends, today)), today, own.closes_on, before.number if before else None
    )


def _lines(own: Arrivals, before: Arrivals | None, opens: date, ends: date, today: date) -> Iterator[Line]:
    """One line a day. The round before is laid so that both close on the same day."""
    started = _by_day(((each.day, each.started) for each in own.days), opens, ends)
    sent = _by_day(((each.day, each.sent) for each in own.days), opens, ends)
    shift = ends - before.closes_on if before and before.closes_on else timedelta()
    then = _by_day(((each.day + shift, each.sent) for each in before.days), opens, ends) if before else None
    sums = Counter[str]()
    for number in range((ends - opens).days + 1):
        day = opens + number * DAY
        sums.update(started=started[day], sent=sent[day], then=then[day] if then else 0)
        known = day <= today
        yield Line(
            day,
            sums["started"] if known else None,
            sums["sent"] if known else None,
            sums["then"] if then else None,
        )


def _by_day(counts: Iterable[tuple[date, int]], opens: date, ends: date) -> Counter[date]:
    """Counts by day; what came before the opening stands on its day, what was let in late on the last."""
    found = Counter[date]()
    for day, count in counts:
        found[min(max(day, opens), ends)] += count
    return found


def _corners(figures: Sequence[int | None]) -> list[tuple[int, int]]:
    """The points a line needs: its ends and wherever it bends."""
    points = [(at, figure) for at, figure in enumerate(figures) if figure is not None]
    return [
        point
        for at, point in enumerate(points)
        if at in (0, len(points) - 1) or points[at - 1][1] != point[1] or points[at + 1][1] != point[1]
    ]


def _ticks(opens: date, span: int) -> Iterator[tuple[int, str]]:
    """Four days of the axis; where it spans more than one year, the first of each says its year.

    On an axis of many months they are months.
    """
    year = opens.year if (opens + span * DAY).year == opens.year else None
    for at in sorted({0, span // 3, span * 2 // 3, span}):
        day = opens + at * DAY
        said = f"{day.day} {day:%b}" if day.year == year else f"{day.day} {day:%b %Y}"
        yield at, f"{day:%b %Y}" if span > MANY_DAYS else said
        year = day.year
