"""The R&D total counts the right costs, once, in the right quarter, exact to the penny."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import rd_spend
from workflows.rules.rd_spend import CITY_REGION, Cost, Entry, Nature, Place, RdType, UseOfFunds
from workflows.rules.schedule import Quarter

LIVERPOOL = "E08000012"
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
COSTS = st.lists(
    st.builds(
        Cost,
        pence=st.integers(0, 10**9),
        rd_share_bp=st.integers(0, 10_000),
        rd_type=st.sampled_from(RdType),
        authority=st.sampled_from([*CITY_REGION, "E08000003", None]),
        nature=st.sampled_from(Nature),
    ),
    max_size=6,
)
SOURCES = st.fixed_dictionaries({"grant": st.integers(1, 10**9), "own": st.integers(0, 10**9)})


def cost(pence: int, **changed: object) -> Cost:
    fields = {"rd_share_bp": 10_000, "rd_type": RdType.APPLIED, "authority": LIVERPOOL, **changed}
    return Cost(pence, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "pence", "why"),
    [
        (cost(100_00), 100_00, ""),
        (cost(100_01, rd_share_bp=5_000), 50_00, ""),
        (cost(100_00, nature=Nature.EQUIPMENT), 100_00, ""),
        (cost(100_00, authority="E08000003"), 0, "The work is done outside the six authorities."),
        (cost(100_00, authority=None), 0, "The work is done outside the six authorities."),
        (
            cost(100_00, nature=Nature.DEPRECIATION), 0,
            "Use of equipment counts nothing; equipment counts in full when it is paid.",
        ),
        (cost(100_00, nature=Nature.IN_KIND), 0, "Help in kind is no expenditure unless it is a real cost."),
        (cost(100_00, nature=Nature.EXTRAMURAL), 0, "Work bought in counts at whoever does it, if at all."),
        (cost(100_00, rd_share_bp=0), 0, "No part of this cost is R&D."),
    ],
)  # fmt: skip
def test_what_counts_and_why_the_rest_does_not(line: Cost, pence: int, why: str) -> None:
    found = rd_spend.counted(line)
    assert (found.pence, found.why, found.is_estimated) == (pence, why, False)


def test_flat_rate_overhead_is_marked_as_an_estimate() -> None:
    assert rd_spend.counted(cost(100_00, nature=Nature.OVERHEAD_FLAT_RATE)).is_estimated


def test_a_planned_cost_is_spread_over_quarters_and_sources() -> None:
    found = rd_spend.planned([cost(1_000_01)], {"grant": 1, "own": 1}, date(2027, 3, 1), date(2027, 4, 30))
    first, second = Quarter(2027, 1), Quarter(2027, 2)
    assert [(each.place.source_of_funds, each.place.quarter, each.pence) for each in found] == [
        ("grant", first, 254_10),
        ("grant", second, 245_91),
        ("own", first, 254_10),
        ("own", second, 245_90),
    ]


@given(COSTS, SOURCES, DAYS, st.integers(0, 1_500))
def test_the_spread_adds_up_to_what_counts(
    costs: list[Cost], sources: dict[str, int], start: date, length: int
) -> None:
    entries = rd_spend.planned(costs, sources, start, start + timedelta(days=length))
    assert sum(each.pence for each in entries) == sum(rd_spend.counted(each).pence for each in costs)
    assert all(each.pence > 0 and each.place.authority in CITY_REGION for each in entries)
    assert len({each.place for each in entries}) == len(entries)


@given(COSTS, SOURCES, DAYS)
def test_a_paid_cost_lies_in_the_quarter_it_was_paid(
    costs: list[Cost], sources: dict[str, int], day: date
) -> None:
    entries = rd_spend.paid(costs, sources, day)
    assert all(each.place.quarter.first_day <= day <= each.place.quarter.last_day for each in entries)
    assert sum(each.pence for each in entries) == sum(rd_spend.counted(each).pence for each in costs)


@given(COSTS, SOURCES, DAYS, st.integers(0, 1_500))
def test_both_kinds_of_year_are_sums_of_quarters(
    costs: list[Cost], sources: dict[str, int], start: date, length: int
) -> None:
    entries = rd_spend.planned(costs, sources, start, start + timedelta(days=length))
    total = sum(each.pence for each in entries)
    assert sum(rd_spend.by_calendar_year(entries).values()) == total
    assert sum(rd_spend.by_financial_year(entries).values()) == total


def test_the_first_quarter_belongs_to_two_kinds_of_year() -> None:
    entry = Entry(Place("grant", LIVERPOOL, RdType.APPLIED, Quarter(2027, 1)), 5)
    assert rd_spend.by_calendar_year([entry]) == {2027: 5}
    assert rd_spend.by_financial_year([entry]) == {2026: 5}


@given(COSTS, COSTS, SOURCES, DAYS)
def test_a_correction_brings_the_record_to_what_is_wanted_and_then_adds_nothing(
    old: list[Cost], new: list[Cost], sources: dict[str, int], day: date
) -> None:
    recorded, wanted = rd_spend.paid(old, sources, day), rd_spend.paid(new, sources, day)
    added = rd_spend.corrections(wanted, recorded)
    assert rd_spend.corrections(wanted, [*recorded, *added]) == ()
    assert sum(each.pence for each in [*recorded, *added]) == sum(each.pence for each in wanted)


@given(COSTS, SOURCES, DAYS)
def test_a_withdrawal_takes_everything_back(costs: list[Cost], sources: dict[str, int], day: date) -> None:
    recorded = rd_spend.paid(costs, sources, day)
    taken = rd_spend.corrections((), recorded)
    assert [(each.place, -each.pence) for each in taken] == [(each.place, each.pence) for each in recorded]


def test_an_investment_counts_only_what_the_company_does_with_it() -> None:
    plan = [
        UseOfFunds(Quarter(2027, 2), cost(60_000_00, rd_share_bp=7_500)),
        UseOfFunds(Quarter(2027, 2), cost(10_000_00)),
        UseOfFunds(Quarter(2027, 3), cost(30_000_00, rd_share_bp=0)),
        UseOfFunds(Quarter(2027, 3), cost(30_000_00, authority="E08000003")),
    ]
    assert rd_spend.invested(plan, "lcr_ventures") == (
        Entry(Place("lcr_ventures", LIVERPOOL, RdType.APPLIED, Quarter(2027, 2)), 55_000_00),
    )
