"""The named size tests: their limits to the penny, what stays open for want of a figure, what growth does."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import sizes
from workflows.rules.sizes import (
    COMPANIES_ACT,
    COMPANIES_ACT_BEFORE,
    EU_STYLE,
    Figures,
    NamedTest,
    Size,
    SizeTest,
)

FUND = SizeTest("Future Innovation Fund", 250, 25_000_000_00, 12_500_000_00)
OWN = sizes.own_test(FUND)
TESTS = (COMPANIES_ACT, COMPANIES_ACT_BEFORE, EU_STYLE, OWN)
ORDER = list(Size)
MANY = 10**12

PEOPLE = st.none() | st.integers(0, 400)
PENCE = st.none() | st.integers(0, 60_000_000_00)
FIGURES = st.builds(Figures, PEOPLE, PENCE, PENCE)


@pytest.mark.parametrize(
    ("test", "size", "staff", "turnover", "assets"),
    [
        (COMPANIES_ACT, Size.MICRO, 10, 1_000_000_00, 500_000_00),
        (COMPANIES_ACT, Size.SMALL, 50, 15_000_000_00, 7_500_000_00),
        (COMPANIES_ACT, Size.MEDIUM, 250, 54_000_000_00, 27_000_000_00),
        (COMPANIES_ACT_BEFORE, Size.MICRO, 10, 632_000_00, 316_000_00),
        (COMPANIES_ACT_BEFORE, Size.SMALL, 50, 10_200_000_00, 5_100_000_00),
        (COMPANIES_ACT_BEFORE, Size.MEDIUM, 250, 36_000_000_00, 18_000_000_00),
    ],
)
def test_the_companies_act_takes_two_of_three_not_more_than(
    test: NamedTest, size: Size, staff: int, turnover: int, assets: int
) -> None:
    """At its limits a size holds, with any one figure far beyond; with one more in a second, it does not."""
    exactly = Figures(staff, turnover, assets)
    assert sizes.size(exactly, test) is size
    for beyond, second in (
        ({"staff": MANY}, {"turnover_pence": turnover + 1}),
        ({"turnover_pence": MANY}, {"assets_pence": assets + 1}),
        ({"assets_pence": MANY}, {"staff": staff + 1}),
    ):
        assert sizes.size(replace(exactly, **beyond), test) is size
        assert sizes.size(replace(exactly, **beyond, **second), test) is not size


@pytest.mark.parametrize(
    ("size", "under", "turnover", "assets"),
    [
        (Size.MICRO, 10, 1_700_000_00, 1_700_000_00),
        (Size.SMALL, 50, 8_500_000_00, 8_500_000_00),
        (Size.MEDIUM, 250, 42_500_000_00, 36_550_000_00),
    ],
)
def test_the_eu_style_test_insists_on_staff_and_one_of_the_amounts(
    size: Size, under: int, turnover: int, assets: int
) -> None:
    """Fewer people than the limit; the amounts are euros at 85p and may reach theirs."""
    assert sizes.size(Figures(under - 1, turnover, MANY), EU_STYLE) is size
    assert sizes.size(Figures(under - 1, MANY, assets), EU_STYLE) is size
    assert sizes.size(Figures(under - 1, turnover + 1, assets + 1), EU_STYLE) is not size
    assert sizes.size(Figures(under, 0, 0), EU_STYLE) is not size
    assert sizes.size(Figures(under - 1, None, None), EU_STYLE) is None


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        (Figures(249, 24_999_999_99, MANY), Size.MEDIUM),
        (Figures(MANY, 24_999_999_99, 12_499_999_99), Size.MEDIUM),
        (Figures(250, 24_999_999_99, 12_500_000_00), Size.LARGE),
        (Figures(249, 25_000_000_00, 12_500_000_00), Size.LARGE),
        (Figures(249, 25_000_000_00, None), None),
    ],
)
def test_the_funds_own_test_says_under(figures: Figures, found: Size | None) -> None:
    assert sizes.size(figures, OWN) is found


@given(FIGURES, st.sampled_from(TESTS), st.integers(0, 400), st.integers(0, 10**10), st.integers(0, 10**10))
def test_what_is_known_is_never_taken_back_and_growth_never_shrinks(
    figures: Figures, test: NamedTest, people: int, turnover: int, assets: int
) -> None:
    """An answer given while something is unknown stays whatever it turns out to be; more is never smaller."""
    full = Figures(
        people if figures.staff is None else figures.staff,
        turnover if figures.turnover_pence is None else figures.turnover_pence,
        assets if figures.assets_pence is None else figures.assets_pence,
    )
    early, known = sizes.size(figures, test), sizes.size(full, test)
    assert known is not None
    assert early in (None, known)
    for larger in (
        replace(full, staff=(full.staff or 0) + people),
        replace(full, turnover_pence=(full.turnover_pence or 0) + turnover),
        replace(full, assets_pence=(full.assets_pence or 0) + assets),
    ):
        grown = sizes.size(larger, test)
        assert grown is not None
        assert ORDER.index(grown) >= ORDER.index(known)


@given(FIGURES, st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, sizes.LONGEST_ACCOUNTS))
def test_each_year_is_counted_by_one_companies_act_and_each_other_test(
    figures: Figures, ended_on: date, months: int
) -> None:
    found = sizes.counted(replace(figures, months=months), ended_on, FUND)
    assert [each.test.name for each in found[1:]] == [EU_STYLE.name, FUND.name]
    assert found[0].test is sizes.companies_act(ended_on, months)
    assert all(each.words and each.because for each in found)
    assert len(sizes.counted(figures, None)) == 2


@pytest.mark.parametrize(
    ("ended_on", "months", "test"),
    [
        (date(2026, 4, 5), 12, COMPANIES_ACT),
        (date(2026, 4, 4), 12, COMPANIES_ACT_BEFORE),
        (date(2026, 3, 31), 12, COMPANIES_ACT_BEFORE),
        (date(2026, 3, 31), 11, COMPANIES_ACT),
        (date(2026, 8, 31), 18, COMPANIES_ACT_BEFORE),
        (date(2025, 12, 31), 6, COMPANIES_ACT),
        (date(2024, 2, 29), 12, COMPANIES_ACT_BEFORE),
        (None, 12, COMPANIES_ACT),
    ],
)
def test_the_limits_are_those_of_the_day_the_period_began(
    ended_on: date | None, months: int, test: NamedTest
) -> None:
    assert sizes.companies_act(ended_on, months) is test


def test_a_short_period_has_a_short_limit_of_turnover() -> None:
    half = Figures(51, 7_500_000_00, 7_500_000_00, months=6)
    assert sizes.size(half, COMPANIES_ACT) is Size.SMALL
    assert sizes.size(replace(half, turnover_pence=7_500_000_01), COMPANIES_ACT) is Size.MEDIUM
    assert sizes.size(replace(half, turnover_pence=7_500_000_01), EU_STYLE) is Size.MEDIUM


def test_the_words_say_how_each_test_counts() -> None:
    figures = Figures(14, 2_000_000_00, None)
    assert [(each.words, each.because) for each in sizes.counted(figures, None, FUND)] == [
        ("Small", "two of: turnover up to £15,000,000, up to 50 staff, gross assets up to £7,500,000"),
        ("Small", "under 50 staff, and one of: turnover up to €10,000,000, gross assets up to €10,000,000"),
        (
            "Small or medium-sized",
            "two of: turnover under £25,000,000, under 250 staff, gross assets under £12,500,000",
        ),
    ]
    large, unknown = (
        sizes.counted(each, None, FUND)[2] for each in (Figures(300, MANY, 0), Figures(1, None, None))
    )
    assert (large.words, large.because.partition(" two")[0]) == ("Large", "not within")
    assert (unknown.words, unknown.because.partition(" two")[0]) == ("Not known yet", "its largest limits:")


def test_a_rate_of_the_euro_holds_from_its_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "EURO", {date(2020, 1, 1): Decimal("0.9"), date(2026, 1, 1): Decimal("0.8")})
    days = (date(2019, 1, 1), date(2025, 12, 31), date(2026, 1, 1), None)
    assert [sizes.euro_on(day) for day in days] == [Decimal(rate) for rate in ("0.9", "0.9", "0.8", "0.8")]
    limit = Figures(9, 1_700_000_00, MANY)
    assert sizes.size(limit, EU_STYLE, date(2025, 12, 31)) is Size.MICRO
    assert sizes.size(limit, EU_STYLE, date(2026, 1, 1)) is Size.SMALL


def test_only_a_year_that_is_over_has_figures() -> None:
    today = date(2026, 11, 23)
    assert sizes.wrong_with_year(today, today) == ""
    tomorrow = today + timedelta(days=1)
    assert sizes.wrong_with_year(tomorrow, today) == (
        "Enter the end of a year that is over: 24 November 2026 is still to come"
    )
