"""About how long the rest of a form takes: a promise of nothing, only a help to plan an evening."""

from collections.abc import Mapping

from workflows.funds.definition import Question
from workflows.funds.kinds import ANSWERED, TYPED, Value

STEP = 5
# For what no answer of its own is kept for: by experience with such forms, not by measurement.
_ELSEWHERE: Mapping[str, int] = {"organisation": 5, "size": 5, "costs": 20, "use_of_funds": 20, "file": 5}


def minutes_left(question: Question, value: Value) -> int:
    """Minutes for a question that still lacks something, by the fund's own word or by its kind."""
    if question.minutes is not None:
        return question.minutes
    if question.kind in ANSWERED:
        return ANSWERED[question.kind].minutes(question, {} if TYPED in value else value)
    return _ELSEWHERE.get(question.kind, 1)


def in_words(minutes: int) -> str:
    """Minutes to the next five, as a page says them; empty where none are left."""
    return f"About {-(-minutes // STEP) * STEP} minutes left" if minutes > 0 else ""
