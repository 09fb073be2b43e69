"""A bid's gaps: each named with its place and a sentence, and none when everything is there."""

from dataclasses import replace
from datetime import date

import pytest

from workflows.funds import ready_made, ready_made_slugs
from workflows.funds.attached import Attached
from workflows.funds.completeness import Written, gaps
from workflows.funds.definition import as_data
from workflows.funds.gap import Gap
from workflows.funds.kinds import ANSWERED, example_of
from workflows.funds.pinned import Pinned, pinned_of
from workflows.rules import declarations
from workflows.rules.eligibility import Enterprise


def rules_of(slug: str = "future_innovation_fund") -> Pinned:
    fund = ready_made(slug)
    return pinned_of(as_data(fund), {"sections": as_data(fund.sections)})


RULES = rules_of()
SMALL = Enterprise("E08000015", 14, 90_000_000, 20_000_000, None, "limited_company")
COMPLETE = Written(
    title="Tide sensors",
    summary="Sensors that clean themselves.",
    theme="zero_carbon_economy",
    starts_on=date(2027, 4, 1),
    months=12,
    total_cost_pence=11_840_000,
    grant_requested_pence=5_920_000,
    match_funding_pence=5_920_000,
    enterprise=SMALL,
    answers={question.key: example_of(question) for question in RULES.of_kind(*ANSWERED)},
)


def places_and_sentences(written: Written) -> list[tuple[str, str, str]]:
    return [(gap.place, gap.field, gap.sentence) for gap in gaps(RULES, written)]


@pytest.mark.parametrize("slug", ready_made_slugs())
def test_every_ready_made_fund_reads_back_as_it_was(slug: str) -> None:
    fund, read = ready_made(slug), rules_of(slug)
    assert (read.award, read.criteria, read.themes, read.sections, read.promises) == (
        fund.award,
        fund.criteria,
        fund.themes,
        fund.sections,
        fund.promises,
    )
    assert read.eligibility.size_test == fund.eligibility.size_test


def test_a_complete_bid_has_no_gaps() -> None:
    assert gaps(RULES, COMPLETE) == ()


def test_an_empty_bid_names_every_gap_in_order() -> None:
    empty = Written("", "", None, None, None, 0, 0, 0, Enterprise(None, None, None, None, None), {})
    assert [gap.place for gap in gaps(RULES, empty)] == [
        *["project"] * 5,
        *["who_you_are"] * 2,
        "size_and_sites",
        "problem",
        "answer",
        "unknowns",
        "plan",
        "milestones",
        "team",
        "risks",
        "costs",
        "why_grant",
        "funded_before",
        "assistance",
        "difference",
        "jobs",
    ]


def test_an_answer_may_fill_its_limit_and_no_more() -> None:
    full = {**COMPLETE.answers, "team": {"text": "word " * 200}}
    over = {**COMPLETE.answers, "team": {"text": "word " * 203}}
    assert gaps(RULES, replace(COMPLETE, answers=full)) == ()
    assert gaps(RULES, replace(COMPLETE, answers=over)) == (
        Gap("team", "answer", "“Who will do it?”: 3 words over. Shorten it.", "3 words over. Shorten it."),
    )


def test_a_question_for_files_lacks_a_file_only_where_one_is_required() -> None:
    sections = as_data(ready_made("future_innovation_fund").sections)
    asked = next(each for part in sections for each in part["questions"] if each["kind"] == "file")
    asked["required"] = True
    rules = pinned_of(as_data(ready_made("future_innovation_fund")), {"sections": sections})
    added = replace(COMPLETE, files={"documents": [Attached("plan.pdf")]})
    assert gaps(rules, added) == ()
    assert gaps(rules, COMPLETE) == (
        Gap("documents", "file", "Add a file to “Supporting documents”.", "Add a file."),
    )


def test_a_file_found_to_hold_a_virus_is_a_gap() -> None:
    files = [Attached("plan.pdf"), Attached("tool.docx", is_infected=True)]
    assert gaps(RULES, replace(COMPLETE, files={"documents": files})) == (
        Gap("documents", "file", "“tool.docx” was found to hold a virus. Remove it."),
    )


def test_a_form_version_from_before_there_were_files_still_reads() -> None:
    sections = as_data(ready_made("future_innovation_fund").sections)
    for question in (each for part in sections for each in part["questions"]):
        question.pop("files")
    rules = pinned_of(as_data(ready_made("future_innovation_fund")), {"sections": sections})
    assert {question.files for question in rules.questions} == {None}


@pytest.mark.parametrize(
    ("total", "asked", "match", "found"),
    [
        (11_840_000, 5_920_000, 5_920_000, []),
        (
            11_840_000,
            5_920_001,
            5_919_999,
            [
                (
                    "You ask for £59,200.01; we pay up to 50% of the costs, £59,200 here."
                    " Ask for £0.01 less, or show costs of £118,400.02."
                )
            ],
        ),
        (11_840_001, 5_920_000, 5_920_000, ["£0.01 of the costs is not paid for yet."]),
        (
            11_840_000,
            5_920_000,
            6_000_000,
            ["What you ask for and your match come to £800 more than the costs."],
        ),
        (5_000_000, 2_499_999, 2_500_001, ["The least you can ask for is £25,000."]),
        (5_000_000, 2_500_000, 2_500_000, []),
        (15_000_002, 7_500_001, 7_500_001, ["The most you can ask for is £75,000."]),
        (15_000_000, 7_500_000, 7_500_000, []),
        (
            10_000_000,
            8_000_000,
            2_000_000,
            [
                "The most you can ask for is £75,000.",
                "You ask for £80,000; we pay up to 50% of the costs, £50,000 here. Ask for £30,000 less.",
            ],
        ),
        (0, 5_000_000, 0, ["Say what the project will cost."]),
    ],
)
def test_the_money_adds_up_to_the_penny(total: int, asked: int, match: int, found: list[str]) -> None:
    written = replace(
        COMPLETE, total_cost_pence=total, grant_requested_pence=asked, match_funding_pence=match
    )
    assert [gap.sentence for gap in gaps(RULES, written)] == found


def test_a_site_outside_the_region_a_charity_and_a_firm_too_large_are_gaps_the_applicant_sees() -> None:
    far = replace(
        COMPLETE, enterprise=Enterprise("E07000127", 400, 9_000_000_000, 20_000_000, None, "charity")
    )
    test = "two of: turnover under £25,000,000, under 250 staff, gross assets under £12,500,000"
    assert places_and_sentences(far) == [
        ("who_you_are", "authority", "Its site lies outside the six districts."),
        ("who_you_are", "legal_form", "It is of a kind this fund does not support: charity."),
        ("size_and_sites", "staff_count", f"It does not pass: {test}."),
    ]


def test_every_declaration_must_be_made() -> None:
    asked = RULES.declarations
    assert "AI tools" in asked["use_of_ai"]
    assert declarations.all_made([*asked, "more"], asked)
    assert not declarations.all_made(list(asked)[1:], asked)


@pytest.mark.parametrize("fund", ready_made_slugs())
def test_a_form_says_itself_what_is_declared_and_one_from_before_did_not(fund: str) -> None:
    rules = rules_of(fund)
    assert {"true", "may_sign", "use_of_ai"} <= rules.declarations.keys()
    before = [
        replace(each, questions=tuple(replace(asked, options=()) for asked in each.questions))
        for each in rules.sections
    ]
    assert replace(rules, sections=tuple(before)).declarations == declarations.UNLESS_THE_FORM_SAYS
