"""What every kind of question does with an answer: reads it, shows it in its boxes, says it, judges it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows.funds.definition import Named, Question
from workflows.rules import marked
from workflows.rules.dates import end_of

Value = Mapping[str, Any]
TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Span:
    """When a project runs, as far as that is known: its first day, and its months."""

    starts_on: date | None = None
    months: int | None = None

    @property
    def ends_on(self) -> date | None:
        """Its last day."""
        return end_of(self.starts_on, self.months) if self.starts_on and self.months else None


UNKNOWN = Span()


class Kind(ABC):
    """A kind of question that is answered on its own page.

    `name` is the kind in a word or two; `settings` are what a fund's file says of such a question. What
    cannot be read is kept as typed, where `keeps_typed`; where an answer `lasts`, a later bid may begin
    with it.
    """

    name: str
    settings: tuple[str, ...] = ()
    keeps_typed = True
    lasts = True

    @abstractmethod
    def read(self, question: Question, texts: Sequence[str]) -> Value:
        """What the texts of the boxes mean, as it is kept; `ValueError` says in a sentence what is wrong."""

    @abstractmethod
    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        """The texts that stand in the boxes for a value: what `read` would read as the same again."""

    @abstractmethod
    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        """A value in words, line by line; none where nothing is answered."""

    def blocks(self, question: Question, value: Value) -> tuple[marked.Block, ...]:
        """A value as it is read; only a long text has signs that are marks."""
        return marked.unmarked(self.lines(question, value))

    def counted(self, question: Question, value: Value) -> str:
        """The text of a value whose words and characters count."""
        return "\n".join(self.lines(question, value))

    @abstractmethod
    def asks_for(self, question: Question) -> str:
        """What an answer is made of, in the words that stand under the question on paper."""

    @abstractmethod
    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        """An answer as one cell of a table holds it, invented for a project of this span."""

    def faults(self, question: Question, value: Value, span: Span) -> Iterator[str]:
        """A sentence for everything that keeps a value which can be read from being sent in."""
        del question, value, span
        yield from ()

    def options(self, question: Question) -> tuple[Named, ...]:
        """What there is to choose from; nothing where an answer is no choice."""
        del question
        return ()

    def chosen(self, value: Value) -> frozenset[str]:
        """The keys of the options a value chooses: what another question may hang on."""
        del value
        return frozenset()

    def from_cell(self, question: Question, text: str) -> Value:
        """The answer that stands in one cell of a table; `ValueError` says what is wrong."""
        return self.read(question, (text,))

    def minutes(self, question: Question, value: Value) -> int:
        """About how long somebody still needs for an answer like this one."""
        del question, value
        return 1
