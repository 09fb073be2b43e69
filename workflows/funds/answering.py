"""How each question of a form is answered, and how long an answer is, in the words of screen and paper."""

from collections.abc import Mapping

from workflows.funds.definition import Question
from workflows.funds.kinds import ANSWERED, Value, counted
from workflows.rules import words
from workflows.rules.file_types import terms_in_words

_FIGURES = "A line for each cost, with how much of it is R&D; and a line for everybody else who pays"
ANSWERED_BY: Mapping[str, str] = {
    "costs": _FIGURES,
    "use_of_funds": _FIGURES,
    "organisation": "Name, kind, company number, postcode and district",
    "size": "Three figures: staff, turnover and gross assets",
    "declarations": "Every line ticked, and the name of who signs",
}
_SHORT: Mapping[str, str] = {"costs": "Figures", "use_of_funds": "Figures", "file": "Files"}


def answered_by(question: Question) -> str:
    """What an answer to this question is made of, and how long it may be."""
    if question.files:
        return terms_in_words(question.files)
    if question.kind in ANSWERED:
        return ANSWERED[question.kind].asks_for(question)
    return ANSWERED_BY[question.kind]


def in_short(question: Question) -> str:
    """The same in a word or two, for a table."""
    if question.word_limit:
        return words.in_words(question.word_limit)
    if question.character_limit:
        return words.characters_in_words(question.character_limit)
    if question.kind in ANSWERED:
        return ANSWERED[question.kind].name
    return _SHORT.get(question.kind, "–")


def length(question: Question, given: Value) -> str:
    """How long an answer is of how long it may be; nothing where it has no limit."""
    if question.word_limit:
        return f"{words.count(counted(question, given)):,} of {words.in_words(question.word_limit)}"
    if question.character_limit:
        used = words.characters(counted(question, given))
        return f"{used:,} of {words.characters_in_words(question.character_limit)}"
    return ""
