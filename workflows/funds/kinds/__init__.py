"""The kinds of question that are answered on a page of their own: one registry, asked by every layer."""

from collections.abc import Iterator, Mapping, Sequence

from workflows.funds.definition import Named, Question
from workflows.funds.kinds.choices import AnyOf, OneOf, YesNo
from workflows.funds.kinds.figures import Assistance, Day, Money, Number
from workflows.funds.kinds.kind import TYPED, UNKNOWN, Kind, Span, Value
from workflows.funds.kinds.milestones import Milestones
from workflows.funds.kinds.texts import COMPANY_NUMBER, POSTCODE, ShortText, Text
from workflows.rules.marked import Block, unmarked

__all__ = [
    "ANSWERED",
    "NOTHING",
    "TYPED",
    "UNKNOWN",
    "Kind",
    "Span",
    "Value",
    "blocks",
    "boxes",
    "chosen",
    "counted",
    "example_of",
    "faults",
    "from_cell",
    "kept",
    "lines",
    "options_of",
    "said",
]

NOTHING: Value = {}

ANSWERED: Mapping[str, Kind] = {
    "text": Text(),
    "short_text": ShortText(),
    "yes_no": YesNo(),
    "radios": OneOf(),
    "checkboxes": AnyOf(),
    "select": OneOf(),
    "number": Number(),
    "money": Money(),
    "assistance": Assistance(),
    "date": Day(),
    "postcode": POSTCODE,
    "company_number": COMPANY_NUMBER,
    "milestones": Milestones(),
}


def kept(question: Question, texts: Sequence[str]) -> Value:
    """The texts of the boxes as they are kept: what they mean, or as typed where they mean nothing yet.

    Raises `ValueError` with a sentence where even a draft cannot hold them.
    """
    kind = ANSWERED[question.kind]
    try:
        return kind.read(question, texts)
    except ValueError:
        if not kind.keeps_typed:
            raise
        return {TYPED: list(texts)}


def boxes(question: Question, value: Value) -> tuple[str, ...]:
    """The texts that stand in the boxes for what is kept."""
    if TYPED in value:
        return tuple(value[TYPED])
    return ANSWERED[question.kind].boxes(question, value)


def lines(question: Question, value: Value) -> tuple[str, ...]:
    """What is kept in words, line by line; none where nothing is answered."""
    if TYPED in value:
        return (" ".join(filter(None, value[TYPED])),)
    return ANSWERED[question.kind].lines(question, value)


def said(question: Question, value: Value) -> str:
    """What is kept in words, as one text; a long text exactly as it was written."""
    return "\n".join(boxes(question, value) if question.kind == "text" else lines(question, value))


def blocks(question: Question, value: Value) -> tuple[Block, ...]:
    """What is kept as people read it: the marks of a long text are read, any other answer is its lines."""
    if TYPED in value:
        return unmarked(lines(question, value))
    return ANSWERED[question.kind].blocks(question, value)


def counted(question: Question, value: Value) -> str:
    """The text whose words and characters count: what is kept in words, without the marks of a long text."""
    if TYPED in value:
        return said(question, value)
    return ANSWERED[question.kind].counted(question, value)


def faults(question: Question, value: Value, span: Span) -> Iterator[str]:
    """A sentence for everything that keeps an answer from being sent in; an empty one has none."""
    kind = ANSWERED[question.kind]
    if TYPED not in value:
        yield from kind.faults(question, value, span)
        return
    try:
        kind.read(question, value[TYPED])
    except ValueError as wrong:
        yield f"{wrong}."


def from_cell(question: Question, text: str) -> Value:
    """The answer that stands in one cell of a table; `ValueError` says what is wrong."""
    return ANSWERED[question.kind].from_cell(question, text)


def example_of(question: Question, span: Span = UNKNOWN) -> Value:
    """An invented answer that can be sent in with a project of this span."""
    return from_cell(question, ANSWERED[question.kind].example(question, span))


def options_of(question: Question) -> tuple[Named, ...]:
    """What there is to choose from; nothing where the answer is no choice, or is given elsewhere."""
    kind = ANSWERED.get(question.kind)
    return kind.options(question) if kind else ()


def chosen(question: Question, value: Value) -> frozenset[str]:
    """The keys of the options a value chooses; none where the answer is no choice."""
    kind = ANSWERED.get(question.kind)
    return kind.chosen(value) if kind else frozenset()
