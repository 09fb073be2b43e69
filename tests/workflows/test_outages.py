"""What a service lost before a close is counted by the minute and made good in whole hours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import outages
from workflows.rules.outages import HOUR, MINUTE, Lost, Minute

SINCE = datetime(2026, 12, 17, 12, tzinfo=UTC)
LENGTH = 60
UNTIL = SINCE + LENGTH * MINUTE
LONG_AGO = SINCE - timedelta(days=3)


def on_record(places: set[int], bad: int = 0, answers: int = 40) -> list[Minute]:
    return [Minute(SINCE + place * MINUTE, answers, bad) for place in sorted(places)]


def lost(places: set[int], bad: int = 0, answers: int = 40) -> Lost:
    return outages.lost(on_record(places, bad, answers), SINCE, UNTIL, LONG_AGO)


@pytest.mark.parametrize(
    ("silence", "minutes"),
    [(range(0), 0), (range(5, 7), 0), (range(5, 8), 3), (range(3), 3), (range(57, 60), 3)],
)
def test_a_silence_counts_from_three_minutes_on_wherever_it_lies(silence: range, minutes: int) -> None:
    assert lost({*range(LENGTH)} - {*silence}) == Lost(minutes, 0)


@pytest.mark.parametrize(
    ("answers", "bad", "poor"), [(40, 4, 0), (40, 5, 60), (19, 19, 0), (20, 3, 60), (20, 2, 0)]
)
def test_a_minute_is_poor_above_one_bad_answer_in_ten_of_twenty_at_least(
    answers: int, bad: int, poor: int
) -> None:
    assert lost({*range(LENGTH)}, bad, answers) == Lost(0, poor)


def test_nothing_is_known_before_the_first_record() -> None:
    late = on_record({*range(30, 60)})
    assert outages.lost(late, SINCE, UNTIL, SINCE + 30 * MINUTE) == Lost(0, 0)
    assert outages.lost(late, SINCE, UNTIL, LONG_AGO) == Lost(30, 0)
    assert outages.lost([], SINCE, UNTIL, None) == Lost(0, 0)
    assert outages.lost([], SINCE, UNTIL, LONG_AGO) == Lost(LENGTH, 0)


@given(st.sets(st.integers(-5, LENGTH + 5)), st.integers(0, 40))
def test_never_more_is_lost_than_there_was_and_never_less_when_more_is_silent(
    places: set[int], bad: int
) -> None:
    found = lost(places, bad)
    within = {place for place in places if 0 <= place < LENGTH}
    assert 0 <= found.silent <= LENGTH - len(within)
    assert found.poor in (0, len(within))
    for place in sorted(within)[:3]:
        assert lost(within - {place}).silent >= lost(within).silent


@given(st.integers(0, 1440), st.integers(0, 1440))
def test_the_extension_is_whole_hours_and_the_fewest_that_hold_what_was_lost(silent: int, poor: int) -> None:
    found = Lost(silent, poor)
    assert found.extension % HOUR == timedelta()
    assert found.extension - HOUR < found.minutes * MINUTE <= found.extension
