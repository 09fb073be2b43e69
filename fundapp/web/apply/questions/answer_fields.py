"""The boxes a question is answered in: one registry from the kind of question to its field.

What the boxes hold is read by the rulebook (`workflows.funds.kinds`); `kept` is what a draft keeps of it:
the answer, or the texts as typed where they mean nothing yet. Where nothing can be kept, it is None.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from flask import render_template, request
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from markupsafe import Markup
from wtforms import Field

from fundapp.web.fields import LondonDateField, ManyOfField, OneOfField
from fundapp.web.fields.amounts import AffixedInput
from fundapp.web.fields.texts import CountedArea, PlainArea
from fundapp.web.fields.written import TAKEN_OUT, WrittenField
from workflows.funds import kinds
from workflows.funds.definition import Question
from workflows.funds.kinds import Value
from workflows.funds.kinds.milestones import BOXES, MOST_ROWS, bounds_of, mistake_in, rows_of, unreadable
from workflows.rules.words import HIDDEN, shown, tidy

NONE_CHOSEN = ("", "Choose one")
LONG_LIST = 60
SHORT = 40
LONG_TEXT = 2_000


class ShortBox(GovTextInput):  # type: ignore[misc]
    """A text box as wide as what it is for."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the width to what the component gets."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        params.setdefault("classes", f"govuk-input--width-{self.width}")
        return params


class BoxAnswer(WrittenField[Value]):
    """An answer in one box."""

    is_group = False

    def __init__(self, *args: Any, question: Question, widget: Any = None, **others: Any) -> None:
        super().__init__(*args, widget=widget or GovTextInput(), **others)
        self.question = question
        self.kept: Value | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the text, and keep it as typed where it means nothing."""
        super().process_formdata(valuelist)
        if self.data is None:
            self.kept = kinds.kept(self.question, ("",))

    def read(self, text: str) -> Value:
        """What the rulebook reads in the text."""
        self.kept = kinds.kept(self.question, (text,))
        return kinds.ANSWERED[self.question.kind].read(self.question, (text,))


class LongAnswer(BoxAnswer):
    """An answer of many lines."""

    many_lines = True
    most = 50_000
    rows = 12

    def __init__(self, *args: Any, question: Question, **others: Any) -> None:
        super().__init__(*args, question=question, **others)
        self.words, self.characters = question.word_limit, question.character_limit
        self.widget = CountedArea() if self.words or self.characters else PlainArea()


class DayAnswer(LondonDateField):
    """A day in three boxes."""

    is_group = True

    def __init__(self, *args: Any, question: Question, **others: Any) -> None:
        super().__init__(*args, **others)
        self.question = question
        self.kept: Value | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the three texts, and keep them as typed where they mean nothing."""
        super().process_formdata(valuelist)
        if self.data is None:
            self.kept = kinds.NOTHING

    def read_parts(self, parts: Sequence[str]) -> Value:
        """What the rulebook reads in the three texts."""
        self.kept = kinds.kept(self.question, parts)
        return kinds.ANSWERED[self.question.kind].read(self.question, parts)


class OneAnswer(OneOfField):
    """One option of several."""

    is_group = True
    before: Sequence[tuple[str, str]] = ()

    def __init__(self, *args: Any, question: Question, **others: Any) -> None:
        options = [(each.key, each.name) for each in kinds.options_of(question)]
        super().__init__(*args, choices=[*self.before, *options], **others)
        self.question = question
        self.kept: Value | None = None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first option sent."""
        super().process_formdata(valuelist)
        self.kept = kinds.kept(self.question, valuelist[:1])


class PickedAnswer(OneAnswer):
    """The same as a list to pick from, for many options."""

    widget = GovSelect()
    is_group = False
    before = (NONE_CHOSEN,)


class AnyAnswer(ManyOfField):
    """Any options of several."""

    is_group = True

    def __init__(self, *args: Any, question: Question, **others: Any) -> None:
        super().__init__(*args, choices=[(each.key, each.name) for each in question.options], **others)
        self.question = question
        self.kept: Value | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take every option sent."""
        super().process_formdata(valuelist[:LONG_LIST])
        self.kept = kinds.kept(self.question, valuelist)


class Rows:
    """Renders milestones, row by row, each with its own message and the way to take it out."""

    def __call__(self, field: "MilestonesAnswer", **kwargs: Any) -> Markup:
        """The rows as a page shows them."""
        return Markup(render_template("components/milestones.html", field=field, params=kwargs["params"]))  # noqa: S704


class MilestonesAnswer(Field):
    """Rows of milestones; a button of a row takes it out of what was sent."""

    is_group = True
    widget = Rows()
    most = MOST_ROWS * BOXES * 2

    def __init__(self, label: str, *, question: Question, hint: str, **others: Any) -> None:
        super().__init__(label, description=hint, **others)
        self.question = question
        self.kept: Value | None = None
        self.texts: list[str] = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the rows that are left."""
        sent = [text for text in valuelist if isinstance(text, str)]
        self.texts = self._without_removed([tidy(shown(text, " ")) for text in sent[: self.most]])
        if any(HIDDEN.search(text) for text in sent):
            raise ValueError(TAKEN_OUT)
        if len(sent) > self.most or any(len(text) > LONG_TEXT for text in self.texts):
            raise ValueError("This is far too long: shorten it")
        texts = [text for row in rows_of(self.texts) if any(row) for text in row]
        self.kept = kinds.kept(self.question, texts)
        kinds.ANSWERED[self.question.kind].read(self.question, texts)

    def rows(self) -> list[tuple[tuple[str, ...], str]]:
        """The rows to show, each with what is wrong with it; as many empty ones as were asked for, or one."""
        filled = [row for row in rows_of(self.texts) if any(row)]
        wanted = request.args.get("rows", "")
        count = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 3 else 1
        most = bounds_of(self.question).most or MOST_ROWS
        shown = max(len(filled), min(max(count, 1), most))
        empty = ("",) * BOXES
        return [(row, mistake_in(row) if any(row) else "") for row in [*filled, *[empty] * shown][:shown]]

    def mistakes(self) -> dict[str, str]:
        """What cannot be read in the rows as they were sent, by the id of its box."""
        return {
            f"{self.id}-{number}-{box}": wrong
            for number, row in enumerate(rows_of(self.texts), 1)
            for box, wrong in unreadable(row).items()
        }

    def _without_removed(self, texts: list[str]) -> list[str]:
        sent = request.form.get("remove", "")
        if not (sent.isascii() and sent.isdigit() and len(sent) < 4):
            return texts
        start = int(sent) * BOXES
        return texts[:start] + texts[start + BOXES :]


def _number(question: Question, **others: Any) -> Field:
    unit = question.bounds.unit if question.bounds else ""
    return BoxAnswer(question=question, widget=AffixedInput(suffix=unit), most=SHORT, **others)


def _box(width: int) -> Callable[..., Field]:
    return lambda question, **others: BoxAnswer(
        question=question, widget=ShortBox(width), most=SHORT, **others
    )


def _money(question: Question, **others: Any) -> Field:
    return BoxAnswer(question=question, widget=AffixedInput(prefix="£"), most=SHORT, **others)


def _line(question: Question, **others: Any) -> Field:
    return BoxAnswer(question=question, most=1_000, **others)


class AnswerField(Protocol):
    """What the pages ask of a field of any kind."""

    kept: Value | None
    errors: Sequence[str]
    is_group: bool

    def validate(self, form: Any) -> bool:
        """Whether what the boxes hold can be read; `errors` say what is wrong."""
        ...


FIELDS: Mapping[str, Callable[..., Field]] = {
    "text": LongAnswer,
    "short_text": _line,
    "yes_no": OneAnswer,
    "radios": OneAnswer,
    "checkboxes": AnyAnswer,
    "select": PickedAnswer,
    "number": _number,
    "money": _money,
    "assistance": _money,
    "date": DayAnswer,
    "postcode": _box(10),
    "company_number": _box(10),
    "milestones": MilestonesAnswer,
}


def field_of(question: Question) -> Field:
    """The field this question is answered in, under its own words."""
    return FIELDS[question.kind](label=question.label, hint=question.guidance, question=question)
