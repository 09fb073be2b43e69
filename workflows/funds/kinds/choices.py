"""Answers chosen from what the form offers: yes or no, one of several, any of several."""

from collections.abc import Sequence

from workflows.funds.definition import Named, Question
from workflows.funds.kinds.kind import UNKNOWN, Kind, Span, Value
from workflows.rules.identifiers import name_key

YES_NO = (Named("yes", "Yes"), Named("no", "No"))
GONE = "Choose one of the answers on the page"
SEPARATOR = ";"


class _Choice(Kind):
    """What is no option of the question cannot be shown again, so it is refused rather than kept."""

    settings: tuple[str, ...] = ("options",)
    keeps_typed = False

    def options(self, question: Question) -> tuple[Named, ...]:
        return question.options

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        chosen = self.chosen(value)
        return tuple(each.name for each in self.options(question) if each.key in chosen)

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        chosen = self.chosen(value)
        return tuple(each.key for each in self.options(question) if each.key in chosen)

    def _keys(self, question: Question, texts: Sequence[str]) -> list[str]:
        offered = [each.key for each in self.options(question)]
        if not {*filter(None, texts)} <= {*offered}:
            raise ValueError(GONE)
        return [key for key in offered if key in texts]

    def _key_of(self, question: Question, text: str) -> str:
        for each in self.options(question):
            if name_key(text) in {name_key(each.key), name_key(each.name)}:
                return each.key
        names = ", ".join(each.name for each in self.options(question))
        raise ValueError(f"Enter one of: {names}")


class OneOf(_Choice):
    """One option of several."""

    name = "One of several"

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        keys = self._keys(question, texts[:1])
        return {"choice": keys[0]} if keys else {}

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del span
        return self.options(question)[0].name

    def chosen(self, value: Value) -> frozenset[str]:
        return frozenset(filter(None, [value.get("choice")]))

    def asks_for(self, question: Question) -> str:
        return "One of these: " + ", ".join(each.name for each in self.options(question))

    def from_cell(self, question: Question, text: str) -> Value:
        return {"choice": self._key_of(question, text)} if text else {}


class YesNo(OneOf):
    """Yes or no."""

    name = "Yes or no"
    settings: tuple[str, ...] = ()

    def options(self, question: Question) -> tuple[Named, ...]:
        del question
        return YES_NO

    def asks_for(self, question: Question) -> str:
        del question
        return self.name


class AnyOf(_Choice):
    """Any number of several options, kept in the order of the form."""

    name = "Any of several"

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        keys = self._keys(question, texts)
        return {"choices": keys} if keys else {}

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del span
        return f"{SEPARATOR} ".join(each.name for each in self.options(question)[:2])

    def chosen(self, value: Value) -> frozenset[str]:
        return frozenset(value.get("choices", ()))

    def asks_for(self, question: Question) -> str:
        return "Any of these: " + ", ".join(each.name for each in self.options(question))

    def from_cell(self, question: Question, text: str) -> Value:
        parts = filter(None, (part.strip() for part in text.split(SEPARATOR)))
        return self.read(question, [self._key_of(question, part) for part in parts])
