"""Questions that hang on several others: asked only while every condition holds, in words and by the file."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.forms import every_kind, every_kind_file
from tests.workflows.test_round_file import CONDITIONS
from workflows.funds import answering, schema, showing
from workflows.funds.definition import Named, Question, ShownIf, as_data
from workflows.funds.kinds import Value
from workflows.funds.pinned import pinned_of

OPTIONS = "options = [{key = 'm', name = 'Merseyside'}, {key = 'c', name = 'Cheshire'}]\n"
BUILT, WET = "{question = 'stage', answers = ['built']}", "{question = 'fields', answers = ['sea', 'air']}"
FUND = every_kind(county=f"{OPTIONS}shown_if = [{BUILT}, {WET}]")
COUNTY = next(each for each in FUND.questions if each.key == "county")


def asks(answers: Mapping[str, Value]) -> bool:
    return "county" not in showing.hidden(FUND.questions, answers)


def test_every_condition_has_to_hold_each_by_any_of_its_answers() -> None:
    built: dict[str, Value] = {"stage": {"choice": "built"}}
    assert not asks(built)
    assert not asks({"fields": {"choices": ["sea"]}})
    assert not asks({"stage": {"choice": "idea"}, "fields": {"choices": ["sea"]}})
    assert asks(built | {"fields": {"choices": ["air"]}})
    for decider in ("stage", "fields"):
        assert COUNTY in showing.hanging_on(FUND.questions, [decider])


def test_the_conditions_are_said_in_words_and_kept_with_the_round() -> None:
    assert showing.condition_in_words(COUNTY, FUND.questions) == (
        "Asked only if you answer “Built” to “Label of stage” and “Sea” or “Air” to “Label of fields”"
    )
    data = {"sections": as_data(FUND.sections)}
    assert pinned_of(as_data(FUND), data).sections == FUND.sections
    assert answering.answered_by(COUNTY)


@pytest.mark.parametrize("kept", [None, {"question": "stage", "answers": ["built"]}])
def test_a_form_from_before_there_could_be_several_reads_as_it_was(kept: object) -> None:
    data = {"sections": as_data(FUND.sections)}
    (county,) = (each for part in data["sections"] for each in part["questions"] if each["key"] == "county")
    county["shown_if"] = kept
    read = pinned_of(as_data(FUND), data).question("county")
    assert read is not None
    assert read.shown_if == ((ShownIf("stage", ("built",)),) if kept else ())


@pytest.mark.parametrize(
    ("conditions", "mistake"),
    [
        (f"[{BUILT}, {{question = 'share', answers = ['5']}}]", "[2]: names share, which comes later"),
        (f"[{BUILT}, {{question = 'county', answers = ['m']}}]", "[2]: names the question itself"),
        (f"[{{question = 'nobody', answers = ['m']}}, {WET}]", "[1]: names nobody, which is no question"),
        (f"[{{question = 'stage', answers = ['bilt']}}, {WET}]", "[1]: names “bilt”, which is no answer"),
        (f"[{BUILT}, {{question = 'stage'}}]", "[2].answers: is missing"),
        (f"[{BUILT}, {{question = 'stage', answers = []}}]", "[2].answers: names no answer"),
        (f"[{BUILT}, {{question = 'fields', answers = ['sea'], or = 1}}]", "[2].or: is not known here"),
        (f"[{BUILT}, 'fields']", "[2]: must be a table"),
        ("[]", ": must hold 1 to 5 entries; it holds 0"),
        ("'stage'", ": must be one or more tables"),
        (
            f"[{BUILT}, {{question = 'stage', answers = ['idea']}}]",
            ": can never hold: stage has one answer, and none is named twice",
        ),
    ],
)
def test_a_condition_that_cannot_be_used_is_told_by_its_place(conditions: str, mistake: str) -> None:
    with pytest.raises(schema.FundMistakesError) as refusal:
        schema.load(every_kind_file(county=f"{OPTIONS}shown_if = {conditions}").encode())
    (told,) = refusal.value.mistakes
    assert f"shown_if{mistake}" in str(told)


def test_the_documented_example_loads() -> None:
    stage = "options = [{key = 'prototype', name = 'P'}, {key = 'product', name = 'Q'}]"
    text = every_kind_file(stage=stage, tested_by="word_limit = 5")
    fund = schema.load(text.replace("\n[[mfa_limits]]", f"\n{CONDITIONS}\n[[mfa_limits]]", 1).encode())
    assert fund.questions[-1].key == "trial_site"
    assert fund.questions[-1].shown_if == (
        ShownIf("stage", ("prototype", "product")),
        ShownIf("fields", ("sea",)),
    )


def test_two_conditions_on_boxes_to_tick_may_both_hold() -> None:
    both = "{question = 'fields', answers = ['sea']}, {question = 'fields', answers = ['air']}"
    fund = every_kind(county=f"{OPTIONS}shown_if = [{both}]")
    assert "county" in showing.hidden(fund.questions, {"fields": {"choices": ["sea"]}})
    assert "county" not in showing.hidden(fund.questions, {"fields": {"choices": ["sea", "air"]}})


KEYS = ("a", "b", "c")


@st.composite
def forms(draw: st.DrawFn) -> list[Question]:
    """Up to eight questions with boxes to tick, each hanging on up to three earlier ones."""
    found: list[Question] = []
    for number in range(draw(st.integers(1, 8))):
        earlier = st.sampled_from([each.key for each in found]) if found else st.nothing()
        answers = st.lists(st.sampled_from(KEYS), min_size=1, unique=True).map(tuple)
        conditions = st.lists(st.builds(ShownIf, earlier, answers), max_size=3 if found else 0)
        found.append(
            Question(
                key=f"q{number}", label=f"Q{number}", kind="checkboxes", word_limit=None, scored_under=None,
                required=False, guidance="", options=tuple(Named(key, key.upper()) for key in KEYS),
                shown_if=tuple(draw(conditions)),
            )
        )  # fmt: skip
    return found


@given(forms(), st.dictionaries(st.integers(0, 7), st.sets(st.sampled_from(KEYS))))
def test_a_question_is_asked_just_when_all_it_hangs_on_is_asked_and_answered_so(
    form: list[Question], ticked: dict[int, set[str]]
) -> None:
    answers: dict[str, Value] = {f"q{number}": {"choices": sorted(keys)} for number, keys in ticked.items()}
    by_key = {each.key: each for each in form}

    def asked(question: Question) -> bool:
        return all(
            asked(by_key[each.question])
            and set(answers.get(each.question, {}).get("choices", ())) & set(each.answers)
            for each in question.shown_if
        )

    hidden = showing.hidden(form, answers)
    assert hidden == {each.key for each in form if not asked(each)}
    for key in hidden:
        assert showing.condition_in_words(by_key[key], form).startswith("Asked only if you answer “")
    for question in form:
        hanging = {each.key for each in showing.hanging_on(form, [question.key])}
        changed = showing.hidden(form, answers | {question.key: {"choices": []}})
        assert changed ^ hidden <= hanging
