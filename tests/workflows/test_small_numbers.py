"""No count that could point at somebody is shown, nor one from which it could be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules.small_numbers import LEAST_SHOWN, shown

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
    ],
)
def test_small_counts_go_and_take_the_next_smallest_along(
    counts: list[int], expected: tuple[int | None, ...]
) -> None:
    assert shown(counts) == expected


@given(COUNTS)
def test_what_is_left_out_can_never_be_worked_out_from_the_total(counts: list[int]) -> None:
    told = shown(counts)
    hidden = [count for count, said in zip(counts, told, strict=True) if said is None]
    assert all(said is None or said == count for count, said in zip(counts, told, strict=True))
    assert all(count >= LEAST_SHOWN for count, said in zip(counts, told, strict=True) if said is not None)
    if hidden and len(hidden) < len(counts):
        assert len(hidden) > 1
        assert sum(hidden) >= LEAST_SHOWN
