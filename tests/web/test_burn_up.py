"""A round's burn-up: what came by when, what it says of it, and the round before laid beside it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.queries import arrivals
from fundapp.queries.arrivals import Arrivals, Day
from fundapp.transaction import transaction
from fundapp.web.office.burn_up import BurnUp, burn_up
from tests.factories import reading

OPENS = date(2026, 11, 2)
CLOSES = datetime(2026, 11, 12, 12, tzinfo=UTC)
LATER = timedelta(days=100)
EARLIER = Arrivals(
    6, datetime(2026, 5, 20, 11, tzinfo=UTC), [Day(date(2026, 5, 18), 5, 4), Day(date(2026, 5, 20), 1, 2)]
)


def drawn(
    *days: Day, today: date, closes_at: datetime | None = CLOSES, before: Arrivals | None = None
) -> BurnUp:
    call = Round(opens_at=datetime(2026, 11, 2, 9, tzinfo=UTC), closes_at=closes_at)
    found = burn_up(call, Arrivals(7, closes_at, list(days)), before, today)
    assert found is not None
    return found


def test_nothing_is_drawn_before_anything_happened() -> None:
    call = Round(opens_at=datetime(2026, 11, 2, 9, tzinfo=UTC), closes_at=CLOSES)
    assert burn_up(call, Arrivals(7, CLOSES), None, OPENS) is None


def test_an_open_round_is_laid_beside_the_one_before_so_that_both_close_together() -> None:
    picture = drawn(Day(date(2026, 11, 3), 4, 1), today=date(2026, 11, 10), before=EARLIER)
    assert picture.finding == "1 of the 4 bids begun is sent in; round 6 had 4 as long before its close"
    assert [line.before for line in picture.lines] == [0] * 8 + [4, 4, 6]
    assert [line.sent for line in picture.lines] == [0, *[1] * 8, None, None]
    assert [(line.day.day, line.figures) for line in picture.changes] == [
        (10, (4, 1, 4)), (3, (4, 1, 0)), (2, (0, 0, 0)),
    ]  # fmt: skip


def test_a_closed_round_says_how_much_came_at_the_end_and_counts_what_was_let_in_late() -> None:
    late = Day(date(2026, 11, 14), 0, 1)
    picture = drawn(Day(date(2026, 11, 3), 5, 2), Day(date(2026, 11, 8), 0, 2), late, today=date(2026, 12, 1))
    assert picture.finding == "3 of 5 bids came in the last five days"
    assert picture.so_far.figures == (5, 5, None)


def test_a_round_without_a_close_ends_today() -> None:
    picture = drawn(Day(OPENS, 3, 1), today=date(2026, 11, 20), closes_at=None)
    assert picture.finding == "1 of the 3 bids begun is sent in"
    assert (picture.lines[-1].day, picture.spec["uprights"]) == (date(2026, 11, 20), [])


@pytest.mark.parametrize(
    ("opens", "today", "said"),
    [
        (date(2026, 11, 2), date(2026, 11, 20), ["2 Nov", "8 Nov", "14 Nov", "20 Nov"]),
        (date(2026, 12, 12), date(2027, 1, 11), ["12 Dec 2026", "22 Dec", "1 Jan 2027", "11 Jan"]),
        (date(2025, 12, 25), date(2026, 11, 30), ["Dec 2025", "Apr 2026", "Aug 2026", "Nov 2026"]),
    ],
)
def test_an_axis_over_more_than_one_year_says_which(opens: date, today: date, said: list[str]) -> None:
    call = Round(opens_at=datetime.combine(opens, time(9), UTC), closes_at=None)
    found = burn_up(call, Arrivals(7, None, [Day(opens, 3, 1)]), None, today)
    assert found is not None
    assert [text for _, text in found.spec["x_ticks"]] == said


def test_lines_keep_only_the_points_where_they_bend_and_names_stay_apart() -> None:
    spec = drawn(Day(date(2026, 11, 5), 40, 39), today=date(2026, 12, 1)).spec
    assert [line["points"] for line in spec["lines"]] == [
        [(0, 0), (2, 0), (3, 40), (10, 40)], [(0, 0), (2, 0), (3, 39), (10, 39)],
    ]  # fmt: skip
    assert spec["y_ticks"] == [(0, "0"), (10, "10"), (20, "20"), (30, "30"), (40, "40")]
    first, second = (name["y"] for name in spec["names"])
    assert first - second >= 0.07 * 40


def test_arrivals_are_counted_by_day_in_uk_time_for_this_round_and_the_one_before(
    app: Flask, database: None
) -> None:
    with app.app_context():
        call = reading.closed_round(2).call
        own, before = arrivals.of(call)
        assert (sum(day.started for day in own.days), own.sent, before) == (2, 2, None)
        with transaction():
            one = db.session.query(Application).order_by(Application.id).first()
            assert one is not None
            one.created_at = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
        own, _ = arrivals.of(call)
        assert own.days[0] == Day(date(2026, 6, 2), 1, 0)
