"""Answers in figures: a number with its unit, an amount of money, a day."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from workflows.funds.definition import Bounds, Days, Question
from workflows.funds.kinds.kind import UNKNOWN, Kind, Span, Value
from workflows.rules import dates, money

NO_BOUNDS = Bounds()
NO_DAYS = Days()
_NUMBER = re.compile(r"[-−]?(\d{1,3}(,\d{3}){1,4}|\d{1,15})(\.\d{1,9})?", re.ASCII)


class Number(Kind):
    """A number of so many decimal places, from one end to another, in a unit."""

    name = "A number"
    settings = ("number",)

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        if not any(texts):
            return {}
        bounds = question.bounds or NO_BOUNDS
        found = _NUMBER.fullmatch("".join(texts[0].split()))
        if found is None:
            raise ValueError(f"Enter a number, like {12 if not bounds.places else 12.5}")
        number = Decimal(found.group().replace(",", "").replace("−", "-"))
        if number != round(number, bounds.places):
            places = f"at most {bounds.places} decimal place{'' if bounds.places == 1 else 's'}"
            raise ValueError(
                f"Enter a number with {places}" if bounds.places else "Enter a whole number, like 12"
            )
        _within(number, bounds, lambda end: f"{end:,}")
        return {"number": f"{number:f}"}

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return (f"{Decimal(value['number']):,f}",) if value else ("",)

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        unit = (question.bounds or NO_BOUNDS).unit
        return tuple(f"{number} {unit}".rstrip() for number in self.boxes(question, value) if number)

    def asks_for(self, question: Question) -> str:
        bounds = question.bounds or NO_BOUNDS
        unit = f" of {bounds.unit}" if bounds.unit else ""
        return f"A number{unit}{_reach(bounds, lambda end: f'{end:,}')}"

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del span
        return str(_typical(12, question.bounds or NO_BOUNDS))


class Money(Kind):
    """An amount in pounds and pence, from one end to another."""

    name = "An amount"
    settings: tuple[str, ...] = ("money",)

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        if not any(texts):
            return {}
        pence = money.parse_short(texts[0])
        _within(pence, question.bounds or NO_BOUNDS, money.in_words)
        return {"pence": pence}

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        return tuple(line.replace("£", "") for line in self.lines(question, value)) or ("",)

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return (money.in_words(value["pence"]),) if value else ()

    def asks_for(self, question: Question) -> str:
        return f"An amount in pounds{_reach(question.bounds or NO_BOUNDS, money.in_words)}"

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del span
        return money.in_words(_typical(25_000_00, question.bounds or NO_BOUNDS))


class Assistance(Money):
    """What an enterprise received of minimal financial assistance: the limit in law is tested with it."""

    settings = ()
    lasts = False

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del question, span
        return money.in_words(0)


class Day(Kind):
    """A day, from one to another."""

    name = "A date"
    settings = ("days",)

    def read(self, question: Question, texts: Sequence[str]) -> Value:
        if not any(texts):
            return {}
        day, within = dates.parse(texts), question.days or NO_DAYS
        if within.earliest and day < within.earliest:
            raise ValueError(f"Enter a date from {dates.in_words(within.earliest)} on")
        if within.latest and day > within.latest:
            raise ValueError(f"Enter a date up to {dates.in_words(within.latest)}")
        return {"date": day.isoformat()}

    def boxes(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return dates.parts(_day(value)) if value else ("", "", "")

    def lines(self, question: Question, value: Value) -> tuple[str, ...]:
        del question
        return (dates.in_words(_day(value)),) if value else ()

    def asks_for(self, question: Question) -> str:
        within = question.days or NO_DAYS
        first = f" from {dates.in_words(within.earliest)}" if within.earliest else ""
        last = f" up to {dates.in_words(within.latest)}" if within.latest else ""
        return f"A date{first}{last}"

    def example(self, question: Question, span: Span = UNKNOWN) -> str:
        del span
        within = question.days or NO_DAYS
        return (within.earliest or within.latest or date(2027, 4, 1)).isoformat()

    def from_cell(self, question: Question, text: str) -> Value:
        return self.read(question, dates.split(text)) if text else {}


def _day(value: Value) -> date:
    return date.fromisoformat(value["date"])


def _within(number: Decimal | int, bounds: Bounds, show: Callable[[int], str]) -> None:
    if bounds.least is not None and number < bounds.least:
        raise ValueError(f"Enter at least {show(bounds.least)}")
    if bounds.most is not None and number > bounds.most:
        raise ValueError(f"Enter at most {show(bounds.most)}")


def _reach(bounds: Bounds, show: Callable[[int], str]) -> str:
    least = f" from {show(bounds.least)}" if bounds.least is not None else ""
    most = f" up to {show(bounds.most)}" if bounds.most is not None else ""
    return least + most


def _typical(number: int, bounds: Bounds) -> int:
    """This number, or the end that is nearest to it."""
    least = number if bounds.least is None else max(number, bounds.least)
    return least if bounds.most is None else min(least, bounds.most)
