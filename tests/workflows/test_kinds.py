"""Each kind of question reads what people type, keeps it in one form, says it, or says what is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.factories.forms import every_kind, every_kind_file
from workflows.funds import kinds, pace, schema, showing
from workflows.funds.completeness import answer_gaps
from workflows.funds.definition import Question, as_data
from workflows.funds.kinds import TYPED, Span, Value
from workflows.funds.pinned import pinned_of

FUND = every_kind()
NO_DAY = "There is no such day: enter a real date, like 23 11 2026."
ASKED = {question.key: question for question in FUND.questions}
KINDS = [question for question in FUND.questions if question.kind in kinds.ANSWERED]
TYPEABLE = some.text(some.characters(codec="utf-8"), max_size=60) | some.sampled_from(
    [
        "1,000.005",
        "-1",
        "NaN",
        "Infinity",
        "1e5",
        "٣",
        "=1+1",
        "30",
        "2",
        "2027",
        "\u202e12",
        "½",
        "1,00",
        "0x10",
    ]
)


@pytest.mark.parametrize(
    ("key", "typed", "value", "said"),
    [
        ("motto", ["Keep it dry"], {"text": "Keep it dry"}, ("Keep it dry",)),
        ("story", ["One.\n\nTwo."], {"text": "One.\n\nTwo."}, ("One.", "Two.")),
        ("trading", ["no"], {"choice": "no"}, ("No",)),
        ("stage", ["built"], {"choice": "built"}, ("Built",)),
        ("fields", ["air", "sea", "air"], {"choices": ["sea", "air"]}, ("Sea", "Air")),
        ("county", ["c"], {"choice": "c"}, ("Cheshire",)),
        ("share", [" -4.50 "], {"number": "-4.50"}, ("-4.50 tonnes",)),
        ("price", ["£1.5k"], {"pence": 150_000}, ("£1,500",)),
        ("begun", ["1", "april", "2027"], {"date": "2027-04-01"}, ("1 April 2027",)),
        ("place", ["l31bp"], {"text": "L3 1BP"}, ("L3 1BP",)),
        (
            "steps",
            ["Rig runs", "1", "5", "2027", "Film", "", "", "", "", "", "Sold", "2", "may", "2027", "Invoice"],
            {
                "rows": [
                    {"name": "Rig runs", "date": "2027-05-01", "shown_by": "Film"},
                    {"name": "Sold", "date": "2027-05-02", "shown_by": "Invoice"},
                ]
            },
            ("Rig runs, by 1 May 2027. Shown by: Film", "Sold, by 2 May 2027. Shown by: Invoice"),
        ),
        ("parent", ["123 456"], {"text": "00123456"}, ("00123456",)),
    ],
)
def test_what_is_typed_is_kept_in_one_form_and_said_in_words(
    key: str, typed: Sequence[str], value: Value, said: tuple[str, ...]
) -> None:
    question = ASKED[key]
    assert kinds.kept(question, typed) == value
    assert kinds.lines(question, value) == said
    assert kinds.kept(question, kinds.boxes(question, value)) == value
    assert list(answer_gaps(question, value)) == []


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("share", ["1,000.005"], "Enter a number with at most 2 decimal places."),
        ("share", ["NaN"], "Enter a number, like 12.5."),
        ("share", ["-6"], "Enter at least -5."),
        ("share", ["1e9"], "Enter a number, like 12.5."),
        ("share", ["1,00"], "Enter a number, like 12.5."),
        ("price", ["1,000.005"], "Enter an amount in pounds, like 25,000 or 25,000.50."),
        ("price", ["-5"], "Enter an amount in pounds, like 25,000 or 25,000.50."),
        ("price", ["9.99"], "Enter at least £10."),
        ("price", ["=2*3"], "Enter an amount in pounds, like 25,000 or 25,000.50."),
        ("begun", ["30", "2", "2027"], NO_DAY),
        ("begun", ["", "2", "2027"], "The date must include a day."),
        ("begun", ["1", "1", "2028"], "Enter a date up to 31 December 2027."),
        ("begun", ["1", "1", "27"], "Enter a real date with a four-figure year, like 23 11 2026."),
        ("steps", ["Rig", "30", "2", "2027"], f"Milestone 1: {NO_DAY}"),
        ("steps", ["", "", "", "", "Film"], "Milestone 1: Say what will be reached."),
        ("steps", ["a", "1", "1", "2027", "b"] * 5, "List at most 4 milestones; there are 5."),
        ("place", ["Liverpool"], "Enter a full UK postcode, like L3 1BP."),
        ("parent", ["twelve"], "Enter the 8 characters of a company number, like 01234567 or SC123456."),
    ],
)
def test_what_cannot_be_read_is_kept_as_typed_with_its_gap(
    key: str, typed: Sequence[str], sentence: str
) -> None:
    question = ASKED[key]
    value = kinds.kept(question, typed)
    found = [gap.brief for gap in answer_gaps(question, value)]
    assert (value, found) == ({TYPED: list(typed)}, [sentence])
    assert kinds.boxes(question, value) == tuple(typed)
    assert kinds.lines(question, value) == (" ".join(filter(None, typed)),)


def test_a_text_may_fill_its_limit_of_characters_and_no_more() -> None:
    over = {"text": "🙂" * 32}
    assert list(answer_gaps(ASKED["story"], {"text": "🙂" * 30})) == []
    assert [gap.brief for gap in answer_gaps(ASKED["story"], over)] == ["2 characters over. Shorten it."]


def test_milestones_lie_within_the_project_and_are_enough() -> None:
    span = Span(date(2027, 4, 30), 10)
    days = ["2027-04-29", "2027-04-30", "2028-02-28", "2028-02-29"]
    rows = [{"name": "Rig", "date": day, "shown_by": "Film"} for day in days]
    assert [gap.brief for gap in answer_gaps(ASKED["steps"], {"rows": rows}, span)] == [
        "Milestone 1 is before the project starts, 30 April 2027.",
        "Milestone 4 is after the project ends, 28 February 2028.",
    ]
    assert list(answer_gaps(ASKED["steps"], {"rows": rows})) == []
    assert [gap.brief for gap in answer_gaps(ASKED["steps"], {"rows": rows[:1]})] == [
        "List at least 2 milestones."
    ]


@pytest.mark.parametrize("key", ["trading", "stage", "fields", "county"])
def test_what_was_never_offered_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="Choose one of the answers on the page"):
        kinds.kept(ASKED[key], ["<script>"])


@given(question=some.sampled_from(KINDS), texts=some.lists(TYPEABLE, min_size=3, max_size=3))
def test_nothing_typed_is_lost_or_breaks_anything(question: Question, texts: list[str]) -> None:
    """Kept, put back into its boxes and read again, it is the same; it is said, and judged."""
    if kinds.options_of(question):
        texts = [text for text in texts if text in {each.key for each in kinds.options_of(question)}]
    value = kinds.kept(question, texts)
    assert kinds.kept(question, kinds.boxes(question, value)) == value
    assert all(isinstance(line, str) for line in kinds.lines(question, value))
    if TYPED in value:
        assert list(answer_gaps(question, value)) != []


@pytest.mark.parametrize("question", KINDS, ids=lambda question: str(question.key))
def test_every_kind_has_an_example_that_can_be_sent_in(question: Question) -> None:
    value = kinds.example_of(question)
    assert kinds.lines(question, value) != ()
    assert list(answer_gaps(question, value)) == []


def test_a_form_of_every_kind_reads_back_from_its_data() -> None:
    assert pinned_of(as_data(FUND), {"sections": as_data(FUND.sections)}).sections == FUND.sections


def test_a_question_is_asked_only_with_the_answer_it_hangs_on() -> None:
    assert showing.hidden(FUND.questions, {}) == {"tested_by", "funded_by"}
    assert showing.hidden(FUND.questions, {"stage": {"choice": "built"}}) == {"funded_by"}
    assert [each.key for each in showing.hanging_on(FUND.questions, ["stage"])] == ["tested_by"]
    assert showing.condition_in_words(ASKED["tested_by"], FUND.questions) == (
        "Asked only if you answer “Built” to “Label of stage”"
    )
    assert showing.condition_in_words(ASKED["stage"], FUND.questions) == ""


def test_what_hangs_on_a_hidden_question_is_hidden_too() -> None:
    fund = every_kind(
        fields="options = [{key = 'sea', name = 'Sea'}]\n"
        "shown_if = {question = 'stage', answers = ['built']}",
        county="options = [{key = 'm', name = 'M'}]\nshown_if = {question = 'fields', answers = ['sea']}",
    )
    answers: dict[str, Value] = {"stage": {"choice": "idea"}, "fields": {"choices": ["sea"]}}
    assert showing.hidden(fund.questions, answers) >= {"fields", "county"}
    assert not showing.hidden(fund.questions, answers | {"stage": {"choice": "built"}}) & {"fields", "county"}


PATH = "sections.questions.tested_by.shown_if"


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"tested_by": "nobody|built"}, f"{PATH}: names nobody, which is no question of this form"),
        ({"tested_by": "county|m"}, f"{PATH}: names county, which comes later; only an earlier one decides"),
        ({"tested_by": "tested_by|m"}, f"{PATH}: names the question itself"),
        ({"tested_by": "story|m"}, f"{PATH}: names story, which has no answers to choose from"),
        ({"tested_by": "stage|bilt"}, f"{PATH}: names “bilt”, which is no answer to stage"),
        ({"story": "# none"}, "word_limit: is missing; a text has a limit of words, or a character_limit"),
        ({"share": "least = 5\nmost = 4"}, "least: is more than most"),
        ({"begun": "earliest = 2027-02-01\nlatest = 2027-01-01"}, "earliest: is after latest"),
        ({"trading": "word_limit = 5"}, "word_limit: is not known here"),
        ({"county": "# none"}, "options: is missing"),
        (
            {"county": "options = [{key = 'm', name = 'M'}, {key = 'm', name = 'N'}]"},
            "options: has the key “m” more than once",
        ),
    ],
)
def test_the_file_is_told_every_mistake(changes: dict[str, str], mistake: str) -> None:
    for key, text in changes.items():
        if "|" in text:
            decider, answer = text.split("|")
            changes[key] = f"word_limit = 5\nshown_if = {{question = '{decider}', answers = ['{answer}']}}"
    with pytest.raises(schema.FundMistakesError) as refusal:
        schema.load(every_kind_file(**changes).encode())
    assert [str(each) for each in refusal.value.mistakes if mistake in str(each)] != []
    assert len(refusal.value.mistakes) == 1


def test_the_minutes_left_follow_the_words_left_or_the_funds_own_word() -> None:
    problem = ASKED["problem"]
    assert [pace.minutes_left(problem, {"text": "word " * count}) for count in (0, 150, 299, 400)] == [
        25,
        13,
        1,
        1,
    ]
    assert pace.minutes_left(replace(problem, minutes=40), {}) == 40
    assert pace.minutes_left(ASKED["begun"], {TYPED: ["1", "", ""]}) == 1
    assert [pace.in_words(minutes) for minutes in (0, 1, 5, 26)] == [
        "",
        "About 5 minutes left",
        "About 5 minutes left",
        "About 30 minutes left",
    ]
