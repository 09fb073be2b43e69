"""The promise clock stands still while the applicant owes an answer, and only then."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import promise_clock as rule
from workflows.rules.promise_clock import Pause

BEGAN = datetime(2027, 1, 4, 9, tzinfo=UTC)
NOW = BEGAN + timedelta(days=400)
DAY = date(2027, 2, 17)
ACTIONS = st.sampled_from([*rule.STEPS, "take_up", "pass", "extend"])
STEPS = st.lists(st.tuples(ACTIONS, st.integers(0, 10_000)), max_size=12).map(
    lambda found: [
        (action, BEGAN + timedelta(minutes=at)) for action, at in sorted(found, key=lambda each: each[1])
    ]
)


def test_each_question_stops_the_clock_until_its_answer() -> None:
    day = timedelta(days=1)
    steps = [
        ("take_up", BEGAN), ("ask", BEGAN + day), ("answer", BEGAN + 3 * day), ("pass", BEGAN + 4 * day),
        ("ask", BEGAN + 5 * day),
    ]  # fmt: skip
    found = rule.pauses(steps)
    assert found == (Pause(BEGAN + day, BEGAN + 3 * day), Pause(BEGAN + 5 * day, None))
    assert rule.days_added(found, BEGAN + 6 * day + timedelta(hours=23)) == 3
    assert rule.moved(DAY, 3) == date(2027, 2, 20)


@given(STEPS)
def test_pauses_never_overlap_and_lie_between_a_question_and_what_ends_it(
    steps: list[tuple[str, datetime]],
) -> None:
    found = rule.pauses(steps)
    for before, after in pairwise(found):
        assert before.until is not None
        assert before.since <= before.until <= after.since
    asked = [at for action, at in steps if action == rule.ASKED]
    ended = [at for action, at in steps if action in rule.ENDED]
    assert all(each.since in asked and (each.until is None or each.until in ended) for each in found)
    assert bool(found) == bool(asked)


@given(STEPS, st.timedeltas(timedelta(), timedelta(days=90)))
def test_a_later_day_never_takes_promised_days_back(
    steps: list[tuple[str, datetime]], later: timedelta
) -> None:
    found = rule.pauses(steps)
    now, then = rule.days_added(found, NOW), rule.days_added(found, NOW + later)
    assert 0 <= now <= then <= now + later.days + 1
    if all(each.until for each in found):
        assert now == then


@given(st.integers(-400, 400), st.integers(0, 60))
def test_days_added_to_a_promise_are_days_less_late(offset: int, added: int) -> None:
    kept = DAY + timedelta(days=offset)
    late = rule.days_late(DAY, kept, kept)
    assert late == offset
    assert rule.days_late(rule.moved(DAY, added), kept, kept) == offset - added


@pytest.mark.parametrize(
    ("late", "words"),
    [(0, "as promised"), (1, "1 day late"), (12, "12 days late"), (-1, "1 day early"), (-3, "3 days early")],
)
def test_late_and_early_are_said_in_words(late: int, words: str) -> None:
    assert rule.in_words(late) == words


def test_nothing_is_late_before_its_day_has_passed() -> None:
    assert rule.days_late(DAY, None, DAY) is None
    assert rule.days_late(DAY, None, DAY + timedelta(days=2)) == 2
