"""How each question of a form is answered, in the words that stand under it on the screen and on paper."""

from collections.abc import Mapping

from workflows.funds.definition import Question
from workflows.rules.file_types import terms_in_words

_FIGURES = "A line for each cost, with how much of it is R&D; and a line for everybody else who pays"
ANSWERED_BY: Mapping[str, str] = {
    "costs": _FIGURES,
    "use_of_funds": _FIGURES,
    "organisation": "Name, company number, postcode and district",
    "size": "Three figures: staff, turnover and gross assets",
    "choice": "One answer of several",
    "declarations": "Every line ticked, and the name of who signs",
}


def answered_by(question: Question) -> str:
    """What an answer to this question is made of, and how long it may be."""
    if question.word_limit:
        return f"Up to {question.word_limit:,} words"
    if question.files:
        return terms_in_words(question.files)
    return ANSWERED_BY.get(question.kind, "A few words")
