"""The smaller rules, each at its edges: ladder, votes, conflicts, duties, subsidy, eligibility, release."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.pathways import pathway
from workflows.rules import budget, conflicts, duties, eligibility, quorum, release, subsidy
from workflows.rules.budget import Rung
from workflows.rules.conflicts import Bidders, Kind, Reader
from workflows.rules.duties import LIFELONG, Duty
from workflows.rules.eligibility import Enterprise, Entry, Terms
from workflows.rules.quorum import Choice, Majority, Settings
from workflows.rules.rd_spend import CITY_REGION
from workflows.rules.sizes import SizeTest
from workflows.rules.subsidy import Assistance

LADDER = (
    Rung("equity", None, "delegate", 5),
    Rung("grant", None, "delegate", 5),
    Rung("grant", 100_000_00, "board"),
)


@pytest.mark.parametrize(
    ("instrument", "pence", "body", "days"),
    [
        ("grant", 1, "board", 0),
        ("grant", 100_000_00, "board", 0),
        ("grant", 100_000_01, "delegate", 5),
        ("equity", 25_000_00, "delegate", 5),
    ],
)
def test_the_ladder_names_who_decides(instrument: str, pence: int, body: str, days: int) -> None:
    rung = budget.rung_for(LADDER, instrument, pence)
    assert (rung.body, rung.call_in_days) == (body, days)


def test_a_ladder_without_a_rung_says_so() -> None:
    with pytest.raises(budget.NoRungError, match="nobody is named to decide on convertible_loan of £1,000"):
        budget.rung_for(LADDER, "convertible_loan", 1_000_00)


@given(*[st.integers(0, 10_000)] * 4)
def test_an_amount_fits_exactly_up_to_what_is_left(
    whole: int, committed: int, held: int, amount: int
) -> None:
    assert budget.fits(amount, whole, committed, held) == (committed + held + amount <= whole)
    assert budget.may_lower(whole, committed, held) == (committed + held <= whole)


F, A, N = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


@pytest.mark.parametrize(
    ("votes", "able", "settings", "expected"),
    [
        ({1: F, 2: F, 3: F, 4: F, 5: A}, 6, Settings(5), "4 for, 1 against, 0 abstained: carried."),
        ({1: F, 2: F, 3: F, 4: A, 5: N}, 6, Settings(5), "3 for, 1 against, 1 abstained: not carried."),
        (
            {1: F, 2: F, 3: F, 4: A, 5: N}, 6, Settings(5, Majority.VOTES_CAST),
            "3 for, 1 against, 1 abstained: carried.",
        ),
        (
            {1: F, 2: F, 3: F, 4: A, 5: A, 6: A}, 6, Settings(5),
            "3 for, 3 against, 0 abstained: carried by the chair's casting vote.",
        ),
        (
            {1: A, 2: F, 3: F, 4: F, 5: A, 6: A}, 6, Settings(5),
            "3 for, 3 against, 0 abstained: not carried.",
        ),
        (
            {1: F, 2: A}, 2, Settings(2, casting_vote=False), "1 for, 1 against, 0 abstained: not carried.",
        ),
        ({1: F, 2: F, 3: F, 4: F}, 4, Settings(5), "Not quorate: 4 members may vote on this item."),
        ({}, 5, Settings(5, Majority.VOTES_CAST), "0 for, 0 against, 0 abstained: not carried."),
        ({1: F, 2: F, 3: F, 9: A, 8: A}, 5, Settings(5), "3 for, 0 against, 0 abstained: carried."),
    ],
)  # fmt: skip
def test_a_vote_is_counted_by_the_boards_own_rules(
    votes: dict[int, Choice], able: int, settings: Settings, expected: str
) -> None:
    members = frozenset(range(1, able + 1))
    assert quorum.in_words(quorum.tally(votes, members, settings, chair_id=1)) == expected


def test_who_leaves_the_room_is_not_in_the_quorum() -> None:
    present = frozenset({1, 2, 3, 4, 5})
    able = quorum.able_to_vote(present, frozenset({5}))
    assert able == {1, 2, 3, 4}
    assert not quorum.tally(dict.fromkeys(present, F), able, Settings(5), 1).quorate


@given(
    st.dictionaries(st.integers(1, 12), st.sampled_from(Choice)),
    st.frozensets(st.integers(1, 12)),
    st.builds(Settings, st.integers(1, 8), st.sampled_from(Majority), st.booleans()),
)
def test_nothing_is_carried_against_the_count(
    votes: dict[int, Choice], able: frozenset[int], settings: Settings
) -> None:
    count = quorum.tally(votes, able, settings, chair_id=1)
    assert count.votes_for + count.against + count.abstained <= count.able == len(able)
    if count.carried:
        assert count.quorate
        assert count.votes_for >= count.against
        assert count.votes_for > count.against or count.by_casting_vote


FIRM = Bidders(frozenset({5}), frozenset({"01234567"}), frozenset({"ada@wrackline.example"}))


@pytest.mark.parametrize(
    ("reader", "kinds"),
    [
        (Reader(), []),
        (Reader(organisations=frozenset({5})), [Kind.ORGANISATION]),
        (Reader(company_numbers=frozenset({"01234567"})), [Kind.COMPANY_NUMBER]),
        (Reader(emails=frozenset({"bob@lab.wrackline.example"})), [Kind.EMAIL_DOMAIN]),
        (Reader(emails=frozenset({"bob@notwrackline.example"})), []),
        (Reader(interests=frozenset({5})), [Kind.INTEREST]),
        (Reader(past_employers=frozenset({"01234567"})), [Kind.PAST_EMPLOYER]),
    ],
)
def test_conflicts_are_found(reader: Reader, kinds: list[Kind]) -> None:
    assert [each.kind for each in conflicts.found(reader, FIRM)] == kinds


def test_a_public_mail_host_is_no_conflict() -> None:
    reader = Reader(emails=frozenset({"ada@gmail.com"}))
    assert conflicts.found(reader, Bidders(emails=frozenset({"bob@gmail.com"}))) == ()


@pytest.mark.parametrize("one", sorted(LIFELONG))
@pytest.mark.parametrize("other", sorted(LIFELONG))
def test_nobody_plays_two_parts_on_one_bid(one: Duty, other: Duty) -> None:
    assert duties.clashes(7, one, {other: frozenset({7})}) == (() if one == other else (other,))
    assert duties.clashes(8, one, {other: frozenset({7})}) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Duty.LETTER_RELEASER, Duty.LETTER_MAKER),
        (Duty.CLAIM_APPROVER, Duty.CLAIM_CHECKER),
        (Duty.PAYMENT_RELEASER, Duty.CLAIM_APPROVER),
        (Duty.PAYMENT_RELEASER, Duty.RUN_PREPARER),
    ],
)
def test_a_second_pair_of_eyes_is_another_person(one: Duty, other: Duty) -> None:
    assert duties.must_differ(one, other)
    assert duties.must_differ(other, one)


@pytest.mark.parametrize(
    ("given_on", "start"),
    [
        (date(2026, 11, 23), date(2024, 4, 1)),
        (date(2027, 3, 31), date(2024, 4, 1)),
        (date(2027, 4, 1), date(2025, 4, 1)),
        (date(2026, 4, 1), date(2024, 4, 1)),
    ],
)
def test_the_window_of_assistance_begins_two_financial_years_before(given_on: date, start: date) -> None:
    assert subsidy.window_start(given_on) == start


def test_only_assistance_of_the_window_counts() -> None:
    received = [
        Assistance("mfa", date(2024, 3, 31), 1),
        Assistance("mfa", date(2024, 4, 1), 10),
        Assistance("spei", date(2026, 11, 23), 100),
        Assistance("scheme", date(2026, 1, 1), 1_000),
        Assistance("mfa", date(2026, 11, 24), 10_000),
    ]
    assert subsidy.counted(received, date(2026, 11, 23)) == 110


def test_exactly_the_limit_is_allowed() -> None:
    assert subsidy.within(315_000_00, 240_000_00, 75_000_00)
    assert not subsidy.within(315_000_00, 240_000_01, 75_000_00)
    assert subsidy.sum_in_words(240_000_00, 75_000_00, 315_000_00, date(2026, 11, 23)) == (
        "£240,000 received since 1 April 2024 plus £75,000 is £315,000, against a limit of £315,000."
    )


def test_the_limit_is_the_one_in_force_that_day() -> None:
    limits = {date(2023, 1, 4): 315_000_00, date(2027, 1, 1): 400_000_00}
    days = [date(2023, 1, 4), date(2026, 12, 31), date(2027, 1, 1)]
    assert [subsidy.limit_on(limits, day) for day in days] == [315_000_00, 315_000_00, 400_000_00]
    with pytest.raises(LookupError, match="known for 3 January 2023"):
        subsidy.limit_on(limits, date(2023, 1, 3))


def test_the_register_counts_from_the_earlier_date() -> None:
    early, late = datetime(2027, 2, 11, tzinfo=UTC), datetime(2027, 2, 20, tzinfo=UTC)
    assert subsidy.counts_from(late, early) == subsidy.counts_from(early, late) == early


FIF = SizeTest("FIF", 250, 25_000_000_00, 12_500_000_00)
SMALL = Enterprise("E08000012", 12, 900_000_00, 400_000_00, date(2019, 5, 1), "limited_company")
TERMS = Terms(tuple(CITY_REGION), FIF, date(2020, 3, 31), ("limited_company",))


@pytest.mark.parametrize(
    ("staff", "turnover", "assets", "passed"),
    [
        (249, 24_999_999_99, 99_000_000_00, True),
        (250, 24_999_999_99, 12_500_000_00, False),
        (249, None, None, None),
        (None, 1, 1, True),
        (None, 99_000_000_00, 99_000_000_00, False),
        (250, 25_000_000_00, None, False),
        (None, None, None, None),
    ],
)
def test_two_of_three_measures_of_size(
    staff: int | None, turnover: int | None, assets: int | None, passed: bool | None
) -> None:
    found = replace(SMALL, staff=staff, turnover_pence=turnover, assets_pence=assets)
    assert eligibility.size_passed(found, FIF) is passed


def test_a_size_test_may_insist_on_staff() -> None:
    strict = replace(FIF, staff_must=True)
    assert eligibility.size_passed(replace(SMALL, staff=250), strict) is False
    assert eligibility.size_passed(replace(SMALL, staff=None), strict) is None
    assert eligibility.size_passed(SMALL, strict) is True


def test_every_check_gives_its_reason() -> None:
    assert eligibility.open_checks(eligibility.checks(SMALL, TERMS)) == ()
    assert eligibility.failed_checks(eligibility.checks(SMALL, TERMS)) == ()
    far = Enterprise("E08000003", 400, 30_000_000_00, 1, date(2021, 1, 1), "charity")
    assert eligibility.failed_checks(eligibility.checks(far, TERMS)) == (
        "its site lies outside the six districts",
        (
            "it does not pass: two of: turnover under £25,000,000, under 250 staff,"
            " gross assets under £12,500,000"
        ),
        "it was registered on 1 January 2021",
        "it is of a kind this fund does not support: charity",
    )
    unknown = Enterprise(None, None, None, None, None, None)
    assert len(eligibility.open_checks(eligibility.checks(unknown, TERMS))) == 4


def test_nobody_outside_sees_a_decision_before_its_release() -> None:
    at = datetime(2027, 2, 17, 9, tzinfo=UTC)
    early = at - timedelta(microseconds=1)
    for name, shown in (("competitive", "at_board"), ("small_grant", "awaiting_decision")):
        machine = pathway(name, 1).machine
        for state in machine.states:
            seen = release.seen_outside(machine, state.key, at, early)
            assert seen == (shown if state.key in release.DECIDED else state.key)
            assert release.seen_outside(machine, state.key, None, early) == seen
            assert release.seen_outside(machine, state.key, at, at) == state.key


ALL_TERMS = replace(
    TERMS,
    sectors=("manufacturing", "construction"),
    must_be_trading=True,
    must_be_solvent=True,
    one_lead_bid=True,
    award_range=(25_000_00, 75_000_00),
    assistance_pence=315_000_00,
)


def test_a_round_that_asks_about_sector_trading_and_insolvency_checks_them() -> None:
    fits = replace(SMALL, sector="construction", is_trading=True, is_solvent=True)
    assert eligibility.failed_checks(eligibility.checks(fits, ALL_TERMS)) == ()
    assert eligibility.failed_checks(
        eligibility.checks(replace(fits, sector="mining", is_trading=False, is_solvent=False), ALL_TERMS)
    ) == (
        "it is not trading, or it is in an insolvency",
        "it is in an insolvency, or wound up",
        "it works in a sector this fund does not support: mining and quarrying",
    )
    assert eligibility.open_checks(eligibility.checks(SMALL, ALL_TERMS)) == (
        "it is not known whether it is trading",
        "it is not known whether it is in an insolvency",
        "its sector is not known",
    )


@pytest.mark.parametrize(
    ("entry", "failed"),
    [
        (Entry(0, 25_000_00, 0), ()),
        (Entry(0, 75_000_00, 240_000_00), ()),
        (Entry(0, 75_000_00, 240_000_01), ("headroom",)),
        (Entry(0, 75_000_01, 0), ("award_range",)),
        (Entry(0, 24_999_99, 0), ("award_range",)),
        (Entry(1, 25_000_00, 0), ("one_lead_bid",)),
        (Entry(2, 1, 400_000_00), ("one_lead_bid", "award_range", "headroom")),
        (Entry(None, None, 290_000_00), ()),
        (Entry(None, None, 290_000_01), ("headroom",)),
        (Entry(), ()),
    ],
)
def test_a_bid_is_the_only_one_led_within_its_range_and_under_the_limit(
    entry: Entry, failed: tuple[str, ...]
) -> None:
    found = eligibility.entry_checks(entry, ALL_TERMS)
    assert [check.key for check in found] == ["one_lead_bid", "award_range", "headroom"]
    assert tuple(check.key for check in found if check.met is False) == failed


def test_a_round_that_asks_nothing_of_the_bid_checks_nothing_of_it() -> None:
    assert eligibility.entry_checks(Entry(3, 1, 10**12), TERMS) == ()


@pytest.mark.parametrize(
    ("asked", "beyond"), [(24_999_99, -1), (25_000_00, 0), (75_000_00, 0), (75_000_01, 1)]
)
def test_an_amount_lies_below_within_or_above_its_range(asked: int, beyond: int) -> None:
    assert eligibility.beyond(asked, 25_000_00, 75_000_00) == beyond
