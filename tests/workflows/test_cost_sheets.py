"""Cost sheets worked out to the penny: every kind of line, overheads, rates, other public money, caps."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.test_completeness import RULES
from workflows.funds.completeness import funding_gaps
from workflows.funds.costing import funding_of, own_gaps, sheet_gaps
from workflows.funds.pinned import Pinned
from workflows.rules.cost_sheets import (
    CostTerms,
    Line,
    Match,
    Method,
    Overheads,
    Sheet,
    as_data,
    from_data,
    missing,
)
from workflows.rules.cost_sums import amount_of, day_rate, places_by_category, worked
from workflows.rules.costs import Category
from workflows.rules.funding import Funding, Rate, Stated, funding, rate_for
from workflows.rules.work_places import PLACES

KINDS = ("labour", "overheads", "materials", "capital", "subcontract", "travel", "other")
TERMS = CostTerms(tuple(Category(kind, kind.title(), kind=kind) for kind in KINDS))
GRID = tuple(
    Rate(research, size, rate)
    for research, rates in {
        "feasibility": (7_000, 6_000, 5_000),
        "industrial": (7_000, 6_000, 5_000),
        "experimental": (4_500, 3_500, 2_500),
    }.items()
    for size, rate in zip(("small", "medium", "large"), rates, strict=True)
)


def together(
    *stated: Stated, rates: tuple[Rate, ...] = (), flat: int = 5_000, most: int = 75_000_00
) -> Funding:
    return funding(stated, TERMS, rates=rates, flat_bp=flat, most_pence=most, is_grant=True)


def costing(pence: int, *match: Match, **others: object) -> Sheet:
    line = Line("other", "Everything", {"pence": pence}, 10_000)
    return Sheet(lines=(line,), match=match, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("category", "figures", "pence"),
    [
        ("labour", {"annual": 46_400_00, "days": "60"}, 12_000_00),
        ("labour", {"annual": 45_000_00, "days": "7.5"}, 1_454_74),  # £193.96552 a day
        ("materials", {"count": 24, "each": 737_50}, 17_700_00),
        ("capital", {"before": 30_000_00, "after": 5_000_00, "use": 5_000}, 12_500_00),
        ("capital", {"before": 1_00, "after": 5_00, "use": 10_000}, 0),
        ("subcontract", {"pence": 28_600_00}, 28_600_00),
        ("travel", {"count": 8, "each": 180_00}, 1_440_00),
        ("other", {"pence": 0}, 0),
        ("labour", {"annual": 46_400_00}, None),
        ("capital", {"before": 1, "after": 1}, None),
    ],
)
def test_a_line_comes_to_what_its_kind_says(category: str, figures: dict[str, object], pence: int) -> None:
    assert amount_of(Line(category, "It", figures), TERMS) == pence


def test_a_day_has_five_decimals_half_to_even() -> None:
    assert (day_rate(45_000_00, 232), day_rate(1, 232)) == (Decimal("193.96552"), Decimal("0.00004"))
    assert day_rate(1_00, 200_000) == Decimal("0.00000")  # exactly half of the last place
    assert day_rate(3_00, 200_000) == Decimal("0.00002")


def test_flat_overheads_are_a_fifth_of_labour_and_as_much_research() -> None:
    lines = (
        Line("labour", "Engineer", {"annual": 46_400_00, "days": "100"}, 10_000, "applied"),
        Line("labour", "Clerk", {"annual": 46_400_00, "days": "100"}, 0),
        Line("other", "Rent", {"pence": 1_000_00}, 0),
    )
    flat = worked(Sheet(lines=lines, overheads=Overheads("flat")), TERMS)
    assert (flat.overheads_pence, flat.costs_pence) == (8_000_00, 49_000_00)
    assert flat.rd_by_type == {"applied": 24_000_00}
    stated = worked(Sheet(lines=lines, overheads=Overheads("calculated", 5_000_00, 2_000)), TERMS)
    assert (stated.overheads_pence, stated.rd_pence) == (5_000_00, 21_000_00)
    assert worked(Sheet(lines=lines[2:], overheads=Overheads("flat")), TERMS).overheads_pence == 0


def bought(pence: int, share: int, place: str | None) -> Line:
    return Line("subcontract", "Trials", {"pence": pence}, share, "applied", place)


def test_only_work_done_in_the_region_is_its_rd() -> None:
    sheet = Sheet(
        lines=(
            Line("other", "Our own", {"pence": 50_000_00}, 10_000),
            bought(20_000_00, 10_000, "E08000012"),
            bought(10_000_00, 5_000, "uk"),
            bought(8_000_00, 10_000, "abroad"),
            bought(6_000_00, 10_000, None),
        )
    )
    found = together(Stated(0, "Us", "small", sheet))
    assert (found.costs_pence, found.payable_pence) == (94_000_00, 47_000_00)
    assert found.rd_by_place == {"own": 56_000_00, "E08000012": 20_000_00}
    assert (found.rd_pence, found.rd_elsewhere_pence) == (76_000_00, 13_000_00)
    assert found.rd_by_type == {"experimental": 50_000_00, "applied": 26_000_00}
    assert places_by_category([sheet], TERMS) == {
        "subcontract": {"E08000012": 20_000_00, "uk": 5_000_00, "abroad": 8_000_00, "own": 6_000_00}
    }
    routine = Sheet(lines=(bought(3_00, 0, "uk"), bought(1_00, 0, "E08000012")))
    assert places_by_category([routine, Sheet()], TERMS) == {"subcontract": {"uk": 3_00, "E08000012": 1_00}}
    assert places_by_category([Sheet()], TERMS) == {}


def test_a_partners_own_work_is_rd_of_where_it_works() -> None:
    """Its labour and its overheads count there; what it buys in, where that is done."""
    work = Line("labour", "Ann", {"annual": 46_400_00, "days": "100"}, 10_000)
    partner = Sheet(
        lines=(work, bought(1_000_00, 10_000, "E08000012")), overheads=Overheads(Method.FLAT), place="uk"
    )
    lead = Sheet(lines=(replace(work, what="Bob"),))
    found = together(Stated(0, "Us", "small", lead), Stated(1, "Them", "small", partner))
    assert found.rd_by_place == {"own": 20_000_00, "E08000012": 1_000_00}
    assert found.rd_elsewhere_pence == 24_000_00
    assert places_by_category([lead, partner], TERMS) == {
        "labour": {"own": 20_000_00, "uk": 20_000_00},
        "subcontract": {"E08000012": 1_000_00},
        "overheads": {"uk": 4_000_00},
    }


def test_other_public_money_is_taken_off_what_the_rate_allows() -> None:
    sheet = costing(
        100_000_00,
        Match("Council", 10_000_00, is_public=True),
        Match("Us", 30_000_00),
        Match("Gift", 20_000_00, is_in_kind=True),
    )
    found = together(Stated(0, "Us", "small", sheet))
    assert (found.payable_pence, found.grant_pence, found.match_pence) == (40_000_00, 40_000_00, 60_000_00)
    assert (found.unpaid_pence, found.parts[0].worked.in_kind_pence) == (0, 20_000_00)
    heavy = together(Stated(0, "Us", "small", costing(10_000_00, Match("State", 6_000_00, is_public=True))))
    assert (heavy.grant_pence, heavy.parts[0].is_over_public) == (0, True)


def test_the_cap_and_a_wish_for_less_hold_for_all_partners_together() -> None:
    parts = (
        Stated(0, "Lead", "small", costing(100_000_00)),
        Stated(1, "Partner", "large", costing(80_000_00)),
    )
    assert together(*parts).payable_pence == 90_000_00
    assert together(*parts).grant_pence == 75_000_00
    less = replace(parts[0], sheet=replace(parts[0].sheet, asks_pence=60_000_00))
    assert together(less, parts[1]).grant_pence == 60_000_00
    more = replace(parts[0], sheet=replace(parts[0].sheet, asks_pence=95_000_00))
    assert together(more, parts[1]).grant_pence == 90_000_00


def test_each_organisation_has_the_rate_of_its_size_and_the_projects_research() -> None:
    lead = costing(100_000_00, research="experimental")
    found = together(
        Stated(0, "Lead", "small", lead), Stated(1, "Big", "large", costing(10_000_00)), rates=GRID
    )
    assert [part.rate_bp for part in found.parts] == [4_500, 2_500]
    assert found.payable_pence == 45_000_00 + 2_500_00
    assert rate_for(GRID, 5_000, None, "small") is None
    assert rate_for(GRID, 5_000, "industrial", None) is None
    assert rate_for((), 5_000, None, None) == 5_000


def test_what_a_sheet_lacks_is_named_by_its_box() -> None:
    sheet = Sheet(
        lines=(
            Line("labour", "Engineer", {"annual": 1}, 0),
            Line("labour", "", {"annual": 1, "days": "1"}, None),
            Line("capital", "Cabinet", {}, 0),
            Line("subcontract", "Trials", {"pence": 1}, 0),
            Line("subcontract", "Castings", {"pence": 1}, 0, place="uk"),
        ),
        overheads=Overheads("calculated"),
        match=(Match("Us"), Match("", 5_00)),
    )
    assert [place for place, _ in missing(sheet, TERMS)] == [
        "line_labour-0-days", "line_labour-1-what", "line_labour-1-rd_share", "line_capital-0-before",
        "line_capital-0-after", "line_capital-0-use", "line_subcontract-0-place", "overheads_pence",
        "overheads_rd_share", "match-0-pence", "match-1-source",
    ]  # fmt: skip
    assert list(missing(Sheet(), TERMS)) == []


def gaps_with(rules: Pinned, *stated: Stated) -> list[str]:
    return [gap.sentence for gap in sheet_gaps("costs", rules, funding_of(rules, stated))]


def test_a_change_of_size_or_research_undoes_what_was_settled() -> None:
    rules = replace(RULES, rates=GRID)
    settled = replace(costing(100_000_00, research="experimental"), rate_bp=4_500)
    assert gaps_with(rules, Stated(0, "Us", "small", settled)) == []
    assert gaps_with(rules, Stated(0, "Us", "medium", settled)) == [
        "The share we pay you is 35% now, not 45%. Look at the costs again and save them."
    ]
    assert gaps_with(rules, Stated(0, "Us", None, settled))[0].startswith("Say how large you are first")
    unsaid = replace(settled, research=None)
    assert gaps_with(rules, Stated(0, "Us", "small", unsaid))[0].startswith("Say what kind of research")
    partner = Stated(1, "Big", "large", replace(costing(5_000_00), rate_bp=5_000))
    assert gaps_with(rules, Stated(0, "Us", "small", settled), partner) == [
        "Big has not said where it works."
    ]
    placed = replace(partner, sheet=replace(partner.sheet, place="uk"))
    assert gaps_with(rules, Stated(0, "Us", "small", settled), placed) == [
        "The share we pay Big has changed. It must look at its costs again."
    ]


def test_a_partners_gaps_are_told_in_one_sentence() -> None:
    lead = Stated(0, "Us", "small", replace(costing(100_000_00), rate_bp=5_000))
    assert gaps_with(RULES, lead, Stated(1, "Big", None, Sheet())) == ["Big has not entered its costs yet."]
    unfinished = Sheet(lines=(Line("other", "It", {"pence": 5}, None), Line("people", "She", {}, 0)))
    assert gaps_with(RULES, lead, Stated(1, "Big", None, unfinished)) == [
        "Big still has 3 gaps in its costs."
    ]


PARTNER = Stated(1, "Big", "large", costing(20_000_00, Match("Us", 15_000_00), place="uk", rate_bp=5_000))
EVEN = Stated(0, "Us", "small", costing(40_000_00, Match("Us", 20_000_00), rate_bp=5_000))


def told_apart(*stated: Stated, rates: tuple[Rate, ...] = ()) -> tuple[list[str], list[str]]:
    """What the lead reads of the sums and the sheets, and what the first partner reads of its own."""
    rules = replace(RULES, rates=rates)
    found = funding_of(rules, stated)
    return (
        [gap.sentence for gap in funding_gaps("costs", rules, found)],
        list(own_gaps(rules, found, found.parts[1], {})),
    )


def test_a_partner_whose_sheet_does_not_add_up_is_told_and_named_to_the_lead() -> None:
    assert told_apart(EVEN, PARTNER) == (
        [
            "What you ask for and your match come to £5,000 more than the costs.",
            (
                "What we can pay Big and its match come to £5,000 more than its costs."
                " Its own people must change it."
            ),
        ],
        ["What we can pay and what you and others pay come to £5,000 more than your costs."],
    )
    short = replace(PARTNER, sheet=replace(PARTNER.sheet, match=(Match("Us", 4_000_00),)))
    assert told_apart(EVEN, short) == (
        [
            "£6,000 of the costs is not paid for yet.",
            "£6,000 of the costs of Big is not paid for yet. Its own people can say who pays.",
        ],
        ["£6,000 of your costs is not paid for yet."],
    )


def test_a_sheet_that_another_evens_out_is_nobodys_mistake() -> None:
    pays_less = replace(EVEN, sheet=replace(EVEN.sheet, match=(Match("Us", 15_000_00),)))
    assert told_apart(pays_less, PARTNER) == ([], [])
    pays_more = replace(EVEN, sheet=replace(EVEN.sheet, match=(Match("Us", 25_000_00),)))
    assert told_apart(pays_more, replace(PARTNER, sheet=replace(PARTNER.sheet, match=()))) == (
        ["£5,000 of the costs is not paid for yet.",
         "£10,000 of the costs of Big is not paid for yet. Its own people can say who pays."],
        ["£10,000 of your costs is not paid for yet."],
    )  # fmt: skip


def test_a_partner_is_told_of_a_new_share_and_of_too_much_public_money() -> None:
    lead = replace(EVEN, sheet=replace(EVEN.sheet, research="experimental", rate_bp=4_500))
    public = replace(PARTNER.sheet, match=(Match("Council", 6_000_00, is_public=True),))
    _, own = told_apart(lead, replace(PARTNER, sheet=public), rates=GRID)
    assert own[:2] == [
        "The share we pay you is 25% now, not 50%. Look at the costs again and save them.",
        (
            "Other public money comes to £6,000; all public money together may be £5,000 here,"
            " so nothing is left for us to pay."
        ),
    ]
    unsaid = replace(lead, sheet=replace(lead.sheet, research=None))
    assert told_apart(unsaid, replace(PARTNER, sheet=public), rates=GRID)[1] == []
    nothing = Stated(1, "Big", "large", Sheet(place="uk"))
    assert told_apart(lead, nothing, rates=GRID)[1] == []


def test_an_investment_has_no_share_that_public_money_could_pass() -> None:
    rules = replace(RULES, instrument="equity")
    found = funding_of(rules, [Stated(0, "Us", "small", costing(5_00, Match("Council", 1, is_public=True)))])
    assert list(sheet_gaps("costs", rules, found)) == []


amounts, shares = st.integers(0, 10**9), st.integers(0, 10_000)
maybe_amounts = st.none() | amounts
lines = st.builds(
    Line,
    category=st.sampled_from(KINDS),
    what=st.text(max_size=5),
    figures=st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("annual", "before", "after", "pence"), amounts),
            "each": st.integers(0, 10**6),
            "days": st.decimals(0, 400, places=2).map(str),
            "count": st.integers(0, 1_000),
            "use": st.integers(0, 10_000),
        },
    ),
    rd_share_bp=st.none() | st.integers(0, 10_000),
    rd_type=st.sampled_from(("basic", "applied", "experimental")),
    place=st.none() | st.sampled_from(sorted(PLACES)),
)
sheets = st.builds(
    Sheet,
    lines=st.lists(lines.filter(lambda line: line.category != "overheads"), max_size=6).map(tuple),
    overheads=st.builds(
        Overheads, st.sampled_from(("none", "flat", "calculated")), maybe_amounts, st.none() | shares
    ),
    match=st.lists(
        st.builds(Match, st.text(max_size=3), maybe_amounts, st.booleans(), st.booleans()), max_size=3
    ).map(tuple),
    asks_pence=st.none() | amounts,
    research=st.none() | st.sampled_from(("feasibility", "industrial", "experimental")),
    size=st.none() | st.sampled_from(("small", "medium", "large")),
    place=st.none() | st.sampled_from(sorted(PLACES)),
    rate_bp=st.none() | st.integers(0, 10_000),
)


def without_places(sheet: Sheet) -> Sheet:
    return replace(sheet, place=None, lines=tuple(replace(line, place=None) for line in sheet.lines))


@given(st.lists(sheets, min_size=1, max_size=3), st.booleans(), st.integers(0, 10_000), st.integers(0, 10**9))
def test_the_sums_always_hold(found: list[Sheet], has_grid: bool, flat: int, most: int) -> None:
    stated = [Stated(number, f"Firm {number}", sheet.size, sheet) for number, sheet in enumerate(found)]
    money = together(*stated, rates=GRID if has_grid else (), flat=flat, most=most)
    assert money.costs_pence == sum(money.by_category.values())
    assert money.costs_pence == sum(
        sum(pence or 0 for pence in part.worked.amounts) + part.worked.overheads_pence for part in money.parts
    )
    assert 0 <= money.rd_pence <= money.costs_pence
    assert money.rd_pence == sum(money.rd_by_place.values())
    moved = [replace(each, sheet=without_places(each.sheet)) for each in stated]
    at_home = together(*moved, rates=GRID if has_grid else (), flat=flat, most=most)
    assert at_home.rd_pence == money.rd_pence + money.rd_elsewhere_pence
    assert (at_home.costs_pence, at_home.payable_pence) == (money.costs_pence, money.payable_pence)
    assert 0 <= money.rd_share_bp <= 10_000
    assert 0 <= money.grant_pence <= money.payable_pence
    assert money.unpaid_pence + money.grant_pence + money.match_pence == money.costs_pence
    for part in money.parts:
        allowed = Fraction(part.worked.costs_pence * (part.rate_bp or 0), 10_000)
        assert part.payable_pence == max(0, int(allowed) - part.worked.public_pence)
        assert part.payable_pence == 0 or part.payable_pence + part.worked.public_pence <= allowed


@given(sheets)
def test_a_sheet_comes_back_from_json_as_it_was(sheet: Sheet) -> None:
    assert from_data(json.loads(json.dumps(as_data(sheet)))) == sheet
