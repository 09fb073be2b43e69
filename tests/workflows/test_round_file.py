"""A round's file is read whole, in UK time and pence, and every mistake in it is told at once."""

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from workflows import funds
from workflows.funds.round_file import load_round
from workflows.funds.schema import FundMistakesError, load

PAGE = (Path(__file__).parents[2] / "docs" / "rounds.md").read_text(encoding="utf-8")
EXAMPLE, CUT_OFFS, ELIGIBILITY, CONDITIONS = (
    part.partition("```")[0] for part in PAGE.split("```toml\n")[1:]
)


def mistakes(text: str) -> list[str]:
    with pytest.raises(FundMistakesError) as found:
        load_round(text.encode())
    return [str(mistake) for mistake in found.value.mistakes]


def test_the_example_of_the_page_is_a_round() -> None:
    plan = load_round(EXAMPLE.encode())
    assert (plan.fund, plan.number) == ("future_innovation_fund", 7)
    assert plan.opens_at == datetime(2027, 1, 11, 9, tzinfo=UTC)
    assert plan.release_at == datetime(2027, 3, 31, 8, tzinfo=UTC)
    assert plan.board_on == date(2027, 3, 24)
    assert plan.budgets == {2026: 30_000_000, 2027: 50_000_000}
    assert plan.cut_offs == ()


def test_a_rolling_round_has_cut_offs_in_place_of_a_close() -> None:
    rolling = EXAMPLE.replace("closes_at = 2027-02-12T12:00:00\n", "") + CUT_OFFS
    plan = load_round(rolling.encode())
    assert plan.closes_at is None
    assert plan.cut_offs == (
        datetime(2027, 4, 1, 11, tzinfo=UTC),
        datetime(2027, 7, 1, 11, tzinfo=UTC),
    )


FUND = (files(funds) / "future_innovation_fund.toml").read_text(encoding="utf-8")


def asking(terms: str) -> str:
    """The fund's file with these terms of who may apply."""
    before, _, after = FUND.partition("[eligibility]")
    return f"{before}{terms}\n[[criteria]]{after.partition('[[criteria]]')[2]}"


def test_who_may_apply_is_read_as_the_page_shows_it() -> None:
    asked = load(asking(ELIGIBILITY).encode()).eligibility
    assert (asked.registered_by, asked.legal_forms, asked.sectors) == (
        date(2020, 3, 31), ("limited_company", "partnership"), ("manufacturing",),
    )  # fmt: skip
    assert (asked.must_be_trading, asked.must_be_solvent, asked.one_lead_bid) == (True, True, True)
    assert asked.size_test == funds.ready_made("future_innovation_fund").eligibility.size_test


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('"partnership"', '"guild"', "eligibility.legal_forms: must be some of limited_company, "),
        ('"manufacturing"', '"marine"', "eligibility.sectors: must be some of agriculture, mining, "),
    ],
)
def test_a_kind_nobody_knows_is_told_with_those_there_are(was: str, becomes: str, told: str) -> None:
    with pytest.raises(FundMistakesError) as found:
        load(asking(ELIGIBILITY.replace(was, becomes)).encode())
    (mistake,) = found.value.mistakes
    assert str(mistake).startswith(told)
    assert str(mistake).endswith(f"it names “{becomes.strip(chr(34))}”")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("number = 7", 'number = "7"', "round.number: must be a whole number from 1 to 9,999; it is “7”"),
        ("number = 7", "nummer = 7", "round.nummer: is not known here; did you mean number?"),
        ("2027-02-12T12:00:00", "2027-01-11T09:00:00", "round.closes_at: is not after opens_at"),
        ("2027-02-12T12:00:00", "2027-02-12", "round.closes_at: must be a date and time"),
        ("2027-02-12T12:00:00", "2027-02-12T12:00:00Z", "round.closes_at: must be a date and time"),
        (
            "2027-02-12T12:00:00",
            "2027-03-28T01:30:00",
            "round.closes_at: 01:30 on 28 March 2027 does not exist",
        ),
        ("closes_at = 2027-02-12T12:00:00", "", "round.closes_at: is missing; a rolling round has"),
        ("opens_at = 2027-01-11T09:00:00", "", "round.opens_at: is missing; it must be a date and time"),
        ("financial_year = 2027", "financial_year = 2026", "budget: names a financial year twice"),
        ("pounds = 500_000", "pounds = -1", "budget[2].pounds: must be from 0 to 1,000,000,000; it is -1"),
        ("pounds = 500_000", "pounds = nan", "budget[2].pounds: must be a whole number"),
        ("2027-03-24", "2027-03-01", "round: checked_by_on, assessed_by_on, board_on and hear_by_on"),
        ("[round]", "[", "The file is not TOML: "),
    ],
)
def test_each_mistake_is_told_by_its_place(was: str, becomes: str, told: str) -> None:
    found = mistakes(EXAMPLE.replace(was, becomes))
    assert any(mistake.startswith(told) for mistake in found), found


def test_cut_offs_belong_to_rolling_rounds_and_come_in_turn() -> None:
    assert mistakes(EXAMPLE + CUT_OFFS) == ["cut_offs: are for a rolling round; this one has closes_at"]
    backwards = CUT_OFFS.replace("2027-07-01", "2027-03-01")
    rolling = EXAMPLE.replace("closes_at = 2027-02-12T12:00:00\n", "") + backwards
    assert mistakes(rolling) == ["cut_offs: must come one after another, all after opens_at"]
