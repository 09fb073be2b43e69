"""Pence are rounded, split, read and shown in one way, and nothing is lost on the way."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflows.rules import costs, money
from workflows.rules.costs import Category, CostLine

PENCE = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.one_of(st.integers(0, 10**9), st.fractions(0, 1_000)), min_size=1, max_size=30)


@given(PENCE, WEIGHTS)
def test_parts_always_add_up_and_none_is_a_penny_off_its_due(
    pence: int, weights: list[int | Fraction]
) -> None:
    total = sum(map(Fraction, weights))
    assume(total)
    parts = money.split(pence, weights)
    assert sum(parts) == pence
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(weight) * pence / total) < 1
        assert weight or part == 0


@given(st.integers(0, 10**9), WEIGHTS)
def test_a_negative_amount_mirrors_a_positive_one(pence: int, weights: list[int | Fraction]) -> None:
    assume(sum(map(Fraction, weights)))
    assert money.split(-pence, weights) == tuple(-part for part in money.split(pence, weights))


@given(st.integers(0, 10**9), st.integers(1, 40))
def test_equal_weights_differ_by_a_penny_at_most_the_earlier_first(pence: int, count: int) -> None:
    parts = money.split(pence, [1] * count)
    assert parts == tuple(sorted(parts, reverse=True))
    assert parts[0] - parts[-1] <= 1


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_weights_that_say_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must not be negative"):
        money.split(100, weights)


@pytest.mark.parametrize(
    ("exact", "pence"),
    [("0.5", 0), ("1.5", 2), ("2.5", 2), ("2.51", 3), ("-0.5", 0), ("-1.5", -2), ("7", 7)],
)
def test_half_a_penny_goes_to_the_even_one(exact: str, pence: int) -> None:
    assert money.rounded(Decimal(exact)) == pence


@given(PENCE)
def test_pounds_and_pence_are_the_same_amount(pence: int) -> None:
    assert money.to_pence(money.to_pounds(pence)) == pence


def test_a_part_of_a_penny_is_refused() -> None:
    with pytest.raises(ValueError, match=r"£0\.005 is not a whole number of pence"):
        money.to_pence(Decimal("0.005"))


@pytest.mark.parametrize(
    ("pence", "words"),
    [(25_000_00, "£25,000"), (25_000_50, "£25,000.50"), (5, "£0.05"), (-1_00, "-£1"), (0, "£0")],
)
def test_an_amount_in_words(pence: int, words: str) -> None:
    assert money.in_words(pence) == words


@given(st.integers(0, 10**12))
def test_what_is_written_can_be_read(pence: int) -> None:
    assert money.parse(money.in_words(pence)) == pence


@pytest.mark.parametrize("text", ["", "ten", "1,00", "1.234", "-5", "£", "1e5", "١٢", "9" * 13, "1,2345"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Enter an amount in pounds, like 25,000 or"):
        money.parse(text)


@pytest.mark.parametrize(("text", "pence"), [(" £25,000 ", 2_500_000), ("25 000.5", 2_500_050), ("7", 700)])
def test_an_amount_is_read_as_people_write_it(text: str, pence: int) -> None:
    assert money.parse(text) == pence


@pytest.mark.parametrize(
    ("score", "shown"), [(Fraction(77), "77.0"), (Fraction(2, 3) * 100, "66.7"), (Decimal("60.25"), "60.2")]
)
def test_a_score_is_shown_to_one_place(score: Fraction, shown: str) -> None:
    assert money.one_place(score) == shown


LINES = [
    CostLine("people", 48_000_00, 10_000),
    CostLine("materials", 17_700_00, 9_000),
    CostLine("equipment", 12_500_00, 10_000),
    CostLine("subcontract", 28_600_00, 10_000),
    CostLine("subcontract", 8_100_00, 2_500),
    CostLine("travel", 3_500_00, 0),
]
CATEGORIES = [
    Category("subcontract", "Subcontract", max_share_bp=3_000),
    Category("travel", "Travel", max_pence=3_000_00),
]


def by_category(lines: list[CostLine]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.category] = sums.get(line.category, 0) + line.pence
    return sums


def test_the_sums_of_a_cost_table() -> None:
    assert sum(costs.rd_part(line) for line in LINES) == 107_055_00
    assert by_category(LINES) == {
        "people": 48_000_00, "materials": 17_700_00, "equipment": 12_500_00, "subcontract": 36_700_00,
        "travel": 3_500_00,
    }  # fmt: skip


def test_a_limit_says_by_how_much_and_what_to_do() -> None:
    assert [text for _, text in costs.over_limits(by_category(LINES), CATEGORIES)] == [
        (
            "£1,180 over. Subcontract may be up to 30% of your costs, £35,520 here."
            " Cut it by £1,685.72, or move £1,180 of it elsewhere."
        ),
        "£500 over. Travel may be up to £3,000.",
    ]
    assert list(costs.over_limits(by_category(LINES[:3]), CATEGORIES)) == []


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 9_999))
def test_the_cut_named_is_the_least_that_helps(spent: int, others: int, most_bp: int) -> None:
    cut = costs.cut_needed(spent, spent + others, most_bp)
    limit = Fraction(most_bp, money.WHOLE)
    assert spent - cut <= limit * (spent + others - cut)
    assert cut == 0 or spent - cut + 1 > limit * (spent + others - cut + 1)


@given(st.integers(1, 10**11), st.integers(1, 10_000))
def test_the_costs_named_are_the_least_that_carry_the_grant(grant: int, rate: int) -> None:
    cost = costs.smallest_cost(grant, rate)
    assert costs.largest_grant(cost, rate) >= grant > costs.largest_grant(cost - 1, rate)


def test_recoverable_vat_is_never_a_cost() -> None:
    both = [(recoverable, allowed) for recoverable in (True, False) for allowed in (True, False)]
    assert [
        costs.eligible(100, 20, vat_recoverable=recoverable, vat_allowed=allowed)
        for recoverable, allowed in both
    ] == [100, 100, 120, 100]


@given(
    st.lists(st.integers(0, 10**7), min_size=1, max_size=8),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.integers(0, 10**7),
)
def test_the_claims_of_an_award_come_to_one_claim_for_everything(
    claims: list[int], rate: int, retention: int, award: int
) -> None:
    before, paid, kept, above = 0, 0, 0, 0
    for approved in claims:
        found = costs.payable(
            approved_pence=approved,
            approved_before_pence=before,
            rate_bp=rate,
            retention_bp=retention,
            award_pence=award,
        )
        assert min(found.payable_pence, found.retained_pence, found.above_award_pence) >= 0
        before += approved
        paid, kept = paid + found.payable_pence, kept + found.retained_pence
        above += found.above_award_pence
    whole = costs.payable(
        approved_pence=sum(claims),
        approved_before_pence=0,
        rate_bp=rate,
        retention_bp=retention,
        award_pence=award,
    )
    assert (paid, kept, above) == (whole.payable_pence, whole.retained_pence, whole.above_award_pence)
    assert paid + kept <= award
    assert paid + kept + above == money.share(sum(claims), rate)
