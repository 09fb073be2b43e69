"""Answers in words: a long text, a line; and what identifies somebody, kept in its usual form."""

from collections.abc import Callable, Iterator, Sequence

from workflows.funds.definition import Question
from workflows.funds.kinds.kind import UNKNOWN, Kind, Span, Value
from workflows.rules import identifiers, marked, words

LONGEST_LINE = 200
WORDS_A_MINUTE = 12  # written, thought about and read again; nobody's measure but a usual one


class ShortText(Kind):
    """One line, limited in characters. One over its limit is kept; it only cannot be sent in."""

    name = "A line"
    settings: tuple[str, ...] = ("character_limit",)

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        del question
        return {"text": texts[0] if texts else ""}

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return (str(value.get("text", "")),)

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        return tuple(line for line in self.boxes(question, value)[0].splitlines() if line.strip())

    def asks_for(self, question: Question) -> str:
        return f"One line of up to {_limit(question)}"

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del span
        text = f"What we say about: {question.label.rstrip('?').lower()}."
        return " ".join(text.split()[: question.word_limit])[: question.character_limit]

    def faults(self, question: Question, value: Value, span: Span) -> Iterator[str]:
        del span
        text = self.counted(question, value)
        if over := words.over(text, question.word_limit):
            yield f"{words.in_words(over)} over. Shorten it."
        if over := words.characters_over(text, question.character_limit):
            yield f"{words.characters_in_words(over)} over. Shorten it."

    def minutes(self, question: Question, value: Value) -> int:
        most = question.word_limit or (question.character_limit or LONGEST_LINE) // words.LETTERS_A_WORD
        left = most - words.count(self.counted(question, value))
        return max(1, -(-left // WORDS_A_MINUTE))


class Text(ShortText):
    """Many lines with a few marks, limited in words or characters; the marks do not count."""

    name = "Text"
    settings: tuple[str, ...] = ("word_limit", "character_limit")

    def blocks(self, question: Question, value: Value) -> tuple[marked.Block, ...]:
        return marked.blocks(self.boxes(question, value)[0])

    def counted(self, question: Question, value: Value) -> str:
        return marked.plain(self.boxes(question, value)[0])

    def asks_for(self, question: Question) -> str:
        return f"Up to {_limit(question)}"


class Identifier(Kind):
    """What identifies a place or a company: well formed, and kept in its one form."""

    def __init__(self, name: str, example: str, read: Callable[[str], str]) -> None:
        self.name = name
        self._example = example
        self._read = read

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        del question
        return {"text": self._read(texts[0])} if any(texts) else {"text": ""}

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return (str(value.get("text", "")),)

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        return tuple(filter(None, self.boxes(question, value)))

    def asks_for(self, question: Question) -> str:
        del question
        return self.name

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del question, span
        return self._example


POSTCODE = Identifier("A postcode", "CH41 1AA", identifiers.postcode)
COMPANY_NUMBER = Identifier("A company number", "ZZ000147", identifiers.company_number)


def _limit(question: Question) -> str:
    if question.word_limit:
        return words.in_words(question.word_limit)
    return words.characters_in_words(question.character_limit or LONGEST_LINE)
