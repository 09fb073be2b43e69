"""No count that could point at somebody is shown, nor one from which it could be worked out."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules.small_numbers import LEAST_SHOWN, shown, shown_with_rest

Shown = tuple[tuple[int | None, ...], int | None]
COUNTS = st.lists(st.integers(0, 60), max_size=9)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], ()),
        ([5, 9], (5, 9)),
        ([12, 4, 7], (12, None, None)),
        ([12, 3, 3, 7], (12, None, None, 7)),
        ([12, 1, 1, 7], (12, None, None, None)),
        ([3], (None,)),
        ([0, 8, 9], (None, None, 9)),
        ([5, 5, 4], (None, None, None)),
    ],
)
def test_small_counts_go_and_take_the_next_smallest_along(
    counts: list[int], expected: tuple[int | None, ...]
) -> None:
    assert shown(counts) == expected


@pytest.mark.parametrize("places", [2, 3, 4])
def test_whoever_knows_the_rule_and_the_total_cannot_tell_a_count_left_out_of_a_column(places: int) -> None:
    """Every column there is of such a total, by what is shown of it: each count left out could be another."""
    for total in range(LEAST_SHOWN, 4 * LEAST_SHOWN):
        alike = defaultdict[tuple[int | None, ...], list[tuple[int, ...]]](list)
        for first in product(range(total + 1), repeat=places - 1):
            if (last := total - sum(first)) >= 0:
                alike[shown((*first, last))].append((*first, last))
        for told, columns in alike.items():
            for place in (place for place, said in enumerate(told) if said is None):
                assert len({column[place] for column in columns}) > 1, (told, columns)


@given(COUNTS)
def test_what_is_left_out_can_never_be_worked_out_from_the_total(counts: list[int]) -> None:
    told = shown(counts)
    hidden = [count for count, said in zip(counts, told, strict=True) if said is None]
    assert all(said is None or said == count for count, said in zip(counts, told, strict=True))
    assert all(count >= LEAST_SHOWN for count, said in zip(counts, told, strict=True) if said is not None)
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(hidden) >= LEAST_SHOWN


@pytest.mark.parametrize(
    ("counts", "rest", "expected"),
    [
        ((20, 30), 2, ((20, 30), 2)),
        ((20, 4), 2, ((20, None), None)),
        ((20, 4, 5), 0, ((None, None, None), None)),
        ((20, 0, 0), 7, ((20, None, None), None)),
        ((20, 3, 3, 6), 0, ((20, None, None, 6), None)),
    ],
)
def test_small_answers_go_and_take_those_who_gave_none_along(
    counts: tuple[int, ...], rest: int, expected: tuple[tuple[int | None, ...], int | None]
) -> None:
    assert shown_with_rest(counts, rest) == expected


@pytest.mark.parametrize("answers", [2, 3, 4])
def test_whoever_knows_the_rule_and_the_total_still_cannot_tell_a_number_left_out(answers: int) -> None:
    """Every table there is of so many people, by what is shown of it: what is left out is anything small."""
    for people in (2 * LEAST_SHOWN, 2 * LEAST_SHOWN + 3):
        alike = defaultdict[Shown, list[tuple[int, ...]]](list)
        for counts in product(range(people + 1), repeat=answers):
            if (rest := people - sum(counts)) >= 0:
                alike[shown_with_rest(counts, rest)].append((*counts, rest))
        for (told, told_rest), tables in alike.items():
            for column, said in enumerate((*told, told_rest)):
                possible = {table[column] for table in tables}
                if said is not None:
                    assert possible == {said}
                elif column < answers:
                    assert possible >= set(range(LEAST_SHOWN))
                else:
                    assert len(possible) >= LEAST_SHOWN


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8), st.integers(0, 60), st.data())
def test_another_table_looks_the_same_whatever_small_number_is_guessed(
    counts: list[int], rest: int, data: st.DataObject
) -> None:
    told, told_rest = shown_with_rest(counts, rest)
    hidden = [index for index, said in enumerate(told) if said is None]
    assert (told_rest is None) == bool(hidden)
    assert all(said is None or said == count >= LEAST_SHOWN for said, count in zip(told, counts, strict=True))
    if not hidden or sum(counts) + rest < 2 * LEAST_SHOWN:
        return
    guessed, guess = data.draw(st.sampled_from(hidden)), data.draw(st.integers(0, LEAST_SHOWN - 1))
    other = [0 if said is None else said for said in told]
    other[guessed] = guess
    left = sum(counts) + rest - sum(other)
    if max(counts) >= LEAST_SHOWN and len(hidden) == len(told):
        other[guessed - 1], left = left, 0
    assert shown_with_rest(other, left) == (told, told_rest)
