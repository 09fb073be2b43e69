"""The ready-made funds hold the published numbers, and a file with mistakes is explained whole, at once."""

import json
import time
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflows import funds
from workflows.funds import schema
from workflows.funds.definition import FundDefinition, as_data
from workflows.rules.budget import rung_for
from workflows.rules.file_types import FileTerms, terms_in_words
from workflows.rules.rd_spend import CITY_REGION

FIF = (files(funds) / "future_innovation_fund.toml").read_text()
SLUGS = ("future_innovation_fund", "lcr_ventures")


def mistakes_in(text: str | bytes) -> list[str]:
    with pytest.raises(schema.FundMistakesError) as refusal:
        schema.load(text.encode() if isinstance(text, str) else text)
    return [str(mistake) for mistake in refusal.value.mistakes]


def spoiled(*changes: tuple[str, str]) -> str:
    text = FIF
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_ready_made_funds_are_these() -> None:
    assert funds.ready_made_slugs() == SLUGS
    with pytest.raises(
        LookupError, match="there is no ready-made fund 'lottery'; there are: future_innovation"
    ):
        funds.ready_made("lottery")


def test_the_future_innovation_fund_holds_the_published_numbers() -> None:
    fund = funds.ready_made("future_innovation_fund")
    assert (fund.award.least_pence, fund.award.most_pence) == (25_000_00, 75_000_00)
    assert [each.name for each in fund.themes] == [
        "Sustainable industrial future", "Open health innovation", "Global cultural capital",
        "Zero carbon economy", "Tech for good", "Digitalisation",
    ]  # fmt: skip
    assert {each.name: each.weight for each in fund.criteria} == {
        "Clear need": 20, "Innovation": 25, "Delivery plan": 20,
        "Value for money": 15, "Place and people": 10, "Why a grant": 10,
    }  # fmt: skip
    test = fund.eligibility.size_test
    assert test is not None
    assert (test.staff_under, test.turnover_under_pence, test.assets_under_pence, test.at_least) == (
        250, 25_000_000_00, 12_500_000_00, 2,
    )  # fmt: skip
    assert [(each.label, each.word_limit) for each in fund.questions if each.kind == "text"] == [
        ("What is the problem, and who has it?", 300),
        ("What is new about your answer?", 400),
        ("What do you not know yet, and how will you find out?", 300),
        ("What will you do, by when?", 400),
        ("Who will do it?", 200),
        ("What could go wrong?", 200),
        ("Why do you need a grant?", 200),
        ("Which public money was it, and what did it pay for?", 100),
        ("What changes for the city region?", 250),
    ]
    assert sum(each.pence for each in fund.budgets) == 800_000_00
    assert rung_for(fund.ladder, "grant", fund.award.most_pence).body == "board"


def test_lcr_ventures_holds_the_published_numbers() -> None:
    fund = funds.ready_made("lcr_ventures")
    assert (fund.award.least_pence, fund.award.most_pence) == (25_000_00, 250_000_00)
    assert (fund.instrument, fund.pathway, fund.award.recycles_receipts) == (
        "equity",
        "rolling_investment",
        True,
    )
    rung = rung_for(fund.ladder, "equity", fund.award.least_pence)
    assert (rung.body, rung.call_in_days) == ("delegate", 5)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_ready_made_fund_is_whole(slug: str) -> None:
    fund = funds.ready_made(slug)
    assert {each.key: each.name for each in fund.authorities} == CITY_REGION
    assert len(fund.questions) == {"future_innovation_fund": 18, "lcr_ventures": 13}[slug]
    assert all(len(each.guide) == each.max_score + 1 for each in fund.criteria)
    assert fund.mfa_limits_pence() == {date(2023, 1, 4): 315_000_00}
    assert fund.mfa_limits[0].spei_pence == 725_000_00


@pytest.mark.parametrize("slug", SLUGS)
def test_every_unverified_number_is_marked_as_an_assumption(slug: str) -> None:
    marked = {each.path.split(".")[0].removesuffix("[]") for each in funds.ready_made(slug).assumptions}
    assert marked >= {"award", "assessment", "promises", "board", "ladder", "budget", "criteria", "sections"}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_definition_is_plain_data(slug: str) -> None:
    fund = funds.ready_made(slug)
    data = json.loads(json.dumps(as_data(fund)))
    assert data["award"]["least_pence"] == fund.award.least_pence
    assert data["mfa_limits"][0]["from_date"] == "2023-01-04"
    assert len(data["sections"]) == len(fund.sections)


def test_every_mistake_is_explained_in_one_pass() -> None:
    text = spoiled(
        ("least_pounds = 25_000", "least_pounds = 90_000"),
        ("intervention_rate_percent = 50", 'intervention_rate_percent = "half"'),
        ("threshold = 60", "treshold = 60"),
        ("quorum = 5", "quorum = 0"),
        ('majority = "able_to_vote"', 'majority = "loudest"'),
        ("casting_vote = true", "casting_vote = 1"),
        ('prefix = "FIF"', 'prefix = "fif7"'),
        ('name = "Halton"', 'name = "Runcorn"'),
        ("from_date = 2023-01-04", 'from_date = "4 January"'),
        ('kind = "organisation"', 'kind = "organization"'),
        ('    "No problem or customer is named",\n', ""),
    )
    assert mistakes_in(text) == [
        "fund.prefix: must be 1 to 6 capital letters, which begin every reference",
        "award.intervention_rate_percent: must be a whole number from 0 to 100; it is “half”",
        "award.least_pounds: is more than most_pounds",
        "assessment.threshold: is missing; it must be a whole number from 0 to 100",
        "assessment.treshold: is not known here; did you mean threshold?",
        "board.majority: must be one of able_to_vote, votes_cast; it is “loudest”",
        "board.quorum: must be from 1 to 100; it is 0",
        "board.casting_vote: must be true or false; it is 1",
        "criteria[1].guide: must describe each mark from 0 to 5, 6 texts; it has 5",
        "authorities[1].name: must be Halton, which E06000006 stands for",
        (
            "sections[1].questions[1].kind: must be one of organisation, size, costs, use_of_funds, file,"
            " declarations, text, short_text, yes_no, radios, checkboxes, select, number, money, assistance,"
            " date, postcode, company_number, milestones; it is “organization”"
        ),
        "mfa_limits[1].from_date: must be a date like 2026-03-31, without quotes; it is “4 January”",
    ]  # fmt: skip


RATES = """
[[rates]]
research = "industrial"
size = "small"
percent = {percent}

[[rates]]
research = "industrial"
size = "medium"
percent = 40

[[rates]]
research = "industrial"
size = "{large}"
percent = 30

"""
AGREEMENTS = [
    ([("weight = 25", "weight = 24")], ["criteria: the weights add up to 99, not to 100"]),
    (
        [('scored_under = "why_a_grant"', 'scored_under = "why"')],
        [
            "sections.questions: scored_under names why, which is no criterion",
            "criteria: no question is scored under why_a_grant",
        ],
    ),
    ([('key = "travel"', 'key = "people"')], ["cost_categories: people stands there 2 times"]),
    (
        [('kind = "travel"', 'kind = "overheads"')],
        ["cost_categories: overheads and travel are both overheads; one may be"],
    ),
    (
        [("[costs]", RATES.format(large="medium", percent=51) + "[costs]")],
        [
            "rates: industrial, medium stands there 2 times",
            "rates: there is none for industrial, large",
            "award.intervention_rate_percent: is less than one of the rates; it is the highest",
        ],
    ),
    ([("financial_year = 2027", "financial_year = 2026")], ["budget: 2026 stands there 2 times"]),
    (
        [("pathway_version = 1", "pathway_version = 7")],
        ["fund.pathway_version: competitive has no version 7"],
    ),
    (
        [('instrument = "grant"', 'instrument = "equity"')],
        ["ladder: nobody is named to decide on equity of the largest amount"],
    ),
    ([('path = "ladder"', 'path = "snakes"')], ["assumptions[10].path: snakes is nowhere in this file"]),
    (
        [('path = "criteria[].guide"', 'path = "criteria[].."')],
        ["assumptions[14].path: criteria[].. is nowhere in this file"],
    ),
    (
        [('"grant"\nbody = "delegate"', '"grant"\nup_to_pounds = 100_000\nbody = "delegate"')],
        ["ladder: two rungs of grant reach up to the same amount"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), AGREEMENTS)
def test_parts_that_contradict_each_other_are_named(
    changes: list[tuple[str, str]], expected: list[str]
) -> None:
    assert mistakes_in(spoiled(*changes)) == expected


def test_a_table_of_rates_is_read_whole() -> None:
    changed = spoiled(("[costs]", RATES.format(large="large", percent=50) + "[costs]"))
    rates = schema.load(changed.encode()).rates
    assert [(each.research, each.size, each.rate_bp) for each in rates] == [
        ("industrial", "small", 5_000), ("industrial", "medium", 4_000), ("industrial", "large", 3_000),
    ]  # fmt: skip


def test_a_question_for_files_says_what_it_takes() -> None:
    asked = next(each for each in funds.ready_made("future_innovation_fund").questions if each.kind == "file")
    assert asked.files is not None
    assert (asked.required, asked.scored_under) == (False, None)
    assert terms_in_words(asked.files) == (
        "Up to 5 files, 10 MB and 20 pages at most each: PDF, Word document, Excel workbook, PNG picture,"
        " JPEG picture or CSV table"
    )
    one = FileTerms(("pdf",), 2_500_000, 1, 1)
    assert terms_in_words(one) == "One file, 2.5 MB and 1 page at most: PDF"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([('"pdf", "docx"', '"pdf", "exe"')], [
            "types: must be some of pdf, docx, xlsx, png, jpeg, csv; it names “exe”",
        ]),
        ([('types = ["pdf", "docx", "xlsx", "png", "jpeg", "csv"]', "types = []")], [
            "types: names no type of file",
        ]),
        ([("most_megabytes = 10", "most_megabytes = 0")], ["most_megabytes: must be from 1 to 100; it is 0"]),
        ([("most_pages = 20", "pages = 20")], [
            "most_pages: is missing; it must be a whole number from 1 to 1,000",
            "pages: is not known here; did you mean most_pages?",
        ]),
        ([("most_files = 5", "most_files = true")], [
            "most_files: must be a whole number from 1 to 50; it is true",
        ]),
    ],
)  # fmt: skip
def test_a_mistake_in_what_files_are_taken_is_explained(
    changes: list[tuple[str, str]], expected: list[str]
) -> None:
    assert mistakes_in(spoiled(*changes)) == [f"sections[3].questions[5].files.{each}" for each in expected]


def test_an_empty_file_names_every_part_it_lacks() -> None:
    found = mistakes_in("")
    assert found[0] == "fund: is missing; it must be a table, [fund]"
    assert "criteria: is missing; it must be one or more tables, [[criteria]]" in found
    assert all(": is missing; it must be " in each for each in found)


HOSTILE = [
    (b"\xff\xfe", "The file is not UTF-8 text."),
    (b"x" * 100_001, "The file has 100,001 bytes; 100,000 are allowed."),
    (b"a." * 40_000 + b"a = 1", "The file has a line with 40,000 dots; 100 are allowed."),
    (b"a = " + b"[" * 50_000, "The file nests brackets too deeply."),
    (b"a = " + b"{a=" * 30_000, "The file nests brackets too deeply."),
]


@pytest.mark.parametrize(("content", "expected"), HOSTILE)
def test_a_hostile_file_gets_one_sentence(content: bytes, expected: str) -> None:
    assert mistakes_in(content) == [expected]


@pytest.mark.parametrize(
    "content", [b"a = ", b"a = 1\na = 2", b"[fund", b"\x00", b"a = 9" + b"9" * 5_000, b"a = '\x1b[2J'"]
)
def test_a_file_that_is_no_toml_says_where(content: bytes) -> None:
    (found,) = mistakes_in(content)
    assert found.startswith("The file is not TOML: ")
    assert found.isprintable()


DOTS = b"a." * 100
SLOW = {
    "dotted keys": b"".join(b"%sb%d = 1\n" % (DOTS, number) for number in range(480)),
    "deep headers": b"".join(b"[%sb%d]\n" % (DOTS, number) for number in range(480)),
    "dotted keys under a deep header": b"[%sb]\n" % DOTS
    + b"".join(b"%sc%d = 1\n" % (DOTS, n) for n in range(470)),
    "many tables": b"[[criteria]]\n" * 7_000,
    "many quotes": b"x = '''" + b"''\n" * 30_000,
}


@pytest.mark.parametrize("content", SLOW.values(), ids=SLOW)
def test_no_file_of_the_allowed_size_takes_long(content: bytes) -> None:
    began = time.process_time()
    assert mistakes_in(content)
    assert time.process_time() - began < 5


ODD: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)
PARTS = tuple(tomllib.loads(FIF))


@given(st.sampled_from(PARTS), ODD)
def test_anything_at_all_in_place_of_a_part_is_a_mistake_never_a_crash(part: str, odd: Any) -> None:
    values = tomllib.loads(FIF)
    assume((part, odd) != ("eligibility", {}))
    values[part] = odd
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schema, "parsed", lambda _content: values)
        with pytest.raises(schema.FundMistakesError) as refusal:
            schema.load(b"")
    assert refusal.value.mistakes
    assert all(str(mistake).isprintable() for mistake in refusal.value.mistakes)


@given(st.sampled_from(("fund", "award", "assessment", "promises", "board")), st.data())
def test_anything_at_all_in_place_of_a_value_is_named_by_its_path(part: str, data: st.DataObject) -> None:
    values = tomllib.loads(FIF)
    key = data.draw(st.sampled_from(sorted(values[part])))
    values[part][key] = data.draw(st.one_of(st.lists(ODD, max_size=2), st.floats(), st.datetimes()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(schema, "parsed", lambda _content: values)
        with pytest.raises(schema.FundMistakesError) as refusal:
            schema.load(b"")
    assert f"{part}.{key}" in {mistake.path for mistake in refusal.value.mistakes}


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert isinstance(schema.load(b"\xef\xbb\xbf" + FIF.encode()), FundDefinition)
