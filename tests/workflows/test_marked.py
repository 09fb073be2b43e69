"""Marks in long texts: what is read as one, that nothing else is, and that no word is ever lost."""

import json
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from tests.factories.forms import every_kind
from workflows.funds import kinds
from workflows.rules import marked, words
from workflows.rules.marked import Block, Line, Run

CASES = json.loads((Path(__file__).parent.parent / "marked.json").read_text(encoding="utf-8"))
MARKS = [
    "**",
    "- ",
    "* ",
    "• ",
    "1. ",
    "[",
    "](https://x)",
    "](javascript:x)",
    "\n",
    " ",
    "a",
    "b\u00a0",
    "]",
]
MARKED = some.lists(some.sampled_from(MARKS) | some.text(max_size=4), max_size=40).map("".join)
UNMARKED = some.text(some.characters(exclude_characters="*-•[.\r\u2028\u2029", codec="utf-8"), max_size=200)
LONGEST = 50_000
LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029]")
ITEM = re.compile("([-*•]|[0-9]{1,3}[.])[ \t\u00a0]+")
ASKED = {question.key: question for question in every_kind().questions}
HOSTILE = (
    "**a ", "**", "*", "[", "]", "[a", "[a](https://", "[a](https://x", "[a](https://x) ", "- ", "- \n",
    "- a\n", "1. ", "**a** ", "a**", "\u00a0", "[ ](https://x)", "**[a](https://x", "[a]", "(",
)  # fmt: skip


def lines(*texts: str) -> Block:
    return Block("lines", tuple(Line((Run(text),) if text else ()) for text in texts))


def test_a_text_is_read_in_lines_lists_bold_words_and_links() -> None:
    text = (
        "Why **now**:\n- cheap\n• **see [the *plan*](https://plan.example) first**\n3. third\n7. seventh"
        "\n\nEnd."
    )
    assert marked.blocks(text) == (
        Block("lines", (Line((Run("Why "), Run("now", is_bold=True), Run(":"))),)),
        Block(
            "bulleted",
            (
                Line((Run("cheap"),)),
                Line(
                    (
                        Run("see ", is_bold=True),
                        Run("the *plan*", is_bold=True, address="https://plan.example"),
                        Run(" first", is_bold=True),
                    )
                ),
            ),
        ),
        Block("numbered", (Line((Run("third"),), 3), Line((Run("seventh"),), 7))),
        lines("", "End."),
    )
    partly = marked.blocks("[a **b**](https://x)")[0].lines[0]
    assert partly.pieces == (
        ("https://x", (Run("a ", address="https://x"), Run("b", is_bold=True, address="https://x"))),
    )
    assert marked.blocks(" \n ") == ()


@pytest.mark.parametrize(("text", "plain"), CASES)
def test_every_case_that_browser_and_service_agree_on(text: str, plain: str) -> None:
    tidied = words.tidy(text)
    assert marked.plain(tidied) == plain
    assert marked.has_marks(marked.blocks(tidied)) == (plain != tidied)


@given(text=UNMARKED)
@example(text="1 is one\n\n two ")
@example(text="a ** b")
def test_a_text_without_marks_is_its_own_lines(text: str) -> None:
    assert marked.plain(text) == (text if words.count(text) else "")
    assert marked.blocks(text) == ((lines(*text.split("\n")),) if words.count(text) else ())
    assert not marked.has_marks(marked.blocks(text))


@given(text=MARKED)
@example(text="- [**a**](https://x)** b**")
def test_nothing_but_marks_goes_and_each_line_stays_a_line(text: str) -> None:
    read = [line for block in marked.blocks(text) for line in block.lines]
    plain = marked.plain(text)
    assert plain.split("\n") == ([line.text for line in read] or [""])
    assert all(run.text for line in read for run in line.runs)
    assert words.count(plain) <= words.count(text)
    for line, typed in zip(read, LINE_END.split(text) if read else (), strict=True):
        rest = iter(typed)
        assert all(sign in rest for sign in line.text), (
            "the signs of a line are some of those typed, in order"
        )
        item = ITEM.match(typed)
        gone = Counter(typed) - Counter(line.text) - Counter(item[0] if item else "")
        assert set(gone) <= set("*[]()").union(*(address for address, _ in line.pieces))


@pytest.mark.parametrize("signs", HOSTILE)
def test_hostile_texts_are_read_in_time_that_grows_with_their_length(signs: str) -> None:
    def seconds(length: int) -> float:
        text = (signs * length)[:length]
        began = time.process_time()
        for start in ("", "- ", "**", "[a](https://"):
            marked.plain(start + text)
        return time.process_time() - began

    whole = min(seconds(LONGEST) for _ in range(2))
    assert whole < 2, "far below what a reading that compares every sign with every other would take"
    assert whole < 0.1 + 40 * min(seconds(LONGEST // 10) for _ in range(2))


def test_marks_and_addresses_do_not_count_towards_a_limit() -> None:
    tested_by = ASKED["tested_by"]
    limited = {"text": "- **One two**\n- [three](https://a.example/four) four five"}
    assert list(kinds.faults(tested_by, limited, kinds.UNKNOWN)) == []
    assert kinds.counted(tested_by, limited) == "One two\nthree four five"
    over = {"text": "1. one two three four five ** six"}
    assert list(kinds.faults(tested_by, over, kinds.UNKNOWN)) == ["2 words over. Shorten it."]
    assert kinds.said(tested_by, limited) == limited["text"]


def test_other_answers_have_no_marks() -> None:
    motto = ASKED["motto"]
    assert kinds.blocks(motto, {"text": "- **a**"}) == (lines("- **a**"),)
    assert kinds.counted(motto, {"text": "- **a**"}) == "- **a**"
    assert kinds.blocks(motto, {"typed": ["**", "a"]}) == (lines("** a"),)
    assert kinds.blocks(motto, {}) == ()
