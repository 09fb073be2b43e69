"""Which questions of a form are asked, where one hangs on what earlier ones are answered with."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from workflows.funds import kinds
from workflows.funds.definition import Question, ShownIf
from workflows.funds.kinds import Value


def hidden(questions: Iterable[Question], answers: Mapping[str, Value]) -> frozenset[str]:
    """The questions that are not asked with these answers; what hangs on one of them is not asked either."""
    chosen: dict[str, frozenset[str]] = {}
    found = set()
    for question in questions:
        if any(chosen[each.question].isdisjoint(each.answers) for each in question.shown_if):
            found.add(question.key)
            chosen[question.key] = frozenset()
        else:
            chosen[question.key] = kinds.chosen(question, answers.get(question.key, kinds.NOTHING))
    return frozenset(found)


def hanging_on(questions: Iterable[Question], keys: Collection[str]) -> tuple[Question, ...]:
    """The questions that hang on one of these, or on one that does, in order."""
    deciding, found = set(keys), []
    for question in questions:
        if not deciding.isdisjoint(each.question for each in question.shown_if):
            deciding.add(question.key)
            found.append(question)
    return tuple(found)


def condition_in_words(question: Question, questions: Sequence[Question]) -> str:
    """When a question is asked, as a sentence; empty for one that always is."""
    if not question.shown_if:
        return ""
    conditions = [_in_words(each, questions) for each in question.shown_if]
    return f"Asked only if you answer {' and '.join(conditions)}"


def _in_words(condition: ShownIf, questions: Sequence[Question]) -> str:
    decider = next(each for each in questions if each.key == condition.question)
    names = [f"“{each.name}”" for each in kinds.options_of(decider) if each.key in condition.answers]
    return f"{' or '.join(names)} to “{decider.label}”"
