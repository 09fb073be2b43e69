"""The aim of 5% of output: exact, a range that only widens, compared no more finely than it is known."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import target
from workflows.rules.target import Band, Growth

GVA_2023 = 43_300_000_000_00
PATH = target.path(GVA_2023, 2023, Growth(250, 400), 500, 2030)


def in_billions(pence: int) -> str:
    return f"{pence / 100_000_000_000:.2f}"


def test_it_begins_as_five_per_cent_of_the_output_known() -> None:
    assert PATH[0] == Band(2023, 2_165_000_000_00, 2_165_000_000_00)


def test_in_2030_it_is_the_range_the_region_speaks_of() -> None:
    assert (PATH[-1].year, in_billions(PATH[-1].low_pence), in_billions(PATH[-1].high_pence)) == (
        2030, "2.57", "2.85",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("growth_bp", "billions"), [(250, "2.57"), (300, "2.66"), (350, "2.75"), (400, "2.85")]
)
def test_each_growth_gives_the_figure_worked_out_by_hand(growth_bp: int, billions: str) -> None:
    band = target.path(GVA_2023, 2023, Growth(growth_bp, growth_bp), 500, 2030)[-1]
    assert (in_billions(band.low_pence), band.low_pence) == (billions, band.high_pence)


@given(st.integers(1, 10**14), st.integers(-500, 1_000), st.integers(0, 500), st.integers(1, 10_000))
def test_the_range_is_never_upside_down_and_never_narrows_while_output_grows(
    output: int, low: int, wider: int, share: int
) -> None:
    bands = target.path(output, 2023, Growth(low, low + wider), share, 2035)
    assert [band.year for band in bands] == list(range(2023, 2036))
    assert all(band.low_pence <= band.high_pence for band in bands)
    if low >= 0:
        widths = [band.high_pence - band.low_pence for band in bands]
        assert all(later >= earlier - 1 for earlier, later in pairwise(widths))


def test_growth_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="slowest"):
        Growth(400, 250)


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (0, "none"),
        (1, "less than 0.1%"),
        (1_000_000_00, "less than 0.1%"),
        (3_410_000_00, "about 0.1%"),
        (4_300_000_00, "about 0.2%"),
        (10_000_000_00, "about 0.4%"),
        (100_000_000_00, "3.5% to 3.9%"),
    ],
)
def test_a_sum_is_compared_to_a_tenth_of_a_percent_at_most(pence: int, words: str) -> None:
    assert target.share_in_words(pence, PATH[-1]) == words
