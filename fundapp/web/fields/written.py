"""What every written answer goes through: one value, no hidden characters, nothing cut."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import Field
from wtforms.validators import StopValidation

from workflows.rules.words import HIDDEN, shown, tidy

Value = TypeVar("Value")

TAKEN_OUT = "This held hidden characters that we cannot keep. They are taken out: check it and send it again"


class WrittenField(Field, Generic[Value]):
    """A box somebody writes in. `required` is what to say when it is empty; nothing where it may be.

    Sent more than once, the first value counts; sent not at all, it is empty. A subclass says in
    `read` what the text means, and raises `ValueError` with a sentence when it means nothing.
    """

    widget = GovTextInput()
    many_lines = False
    most = 200
    data: Value | None

    def __init__(
        self,
        label: str = "",
        *,
        required: str | None = None,
        most: int | None = None,
        hint: str = "",
        validators: Sequence[Any] = (),
        **others: Any,
    ) -> None:
        super().__init__(label, list(validators), description=hint, **others)
        self.required = required
        self.most = most or self.most
        self.given = ""

    @property
    def is_written(self) -> bool:
        """Whether anything stands in the box, well formed or not."""
        return bool(self._value())

    def boxes(self) -> list[str]:
        """What stands in the box, as a browser sends it: one text a box."""
        return [self._value()]

    def in_words(self) -> str:
        """The same as somebody reads it."""
        return self._value()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the first value sent."""
        self.data = None
        sent = valuelist[0] if valuelist and isinstance(valuelist[0], str) else ""
        self.given = tidy(shown(sent, "\n" if self.many_lines else " "))
        if HIDDEN.search(sent):
            raise ValueError(TAKEN_OUT)
        if not self.given:
            return
        if len(self.given) > self.most:
            over = len(self.given) - self.most
            raise ValueError(f"This is {over:,} characters too long: {self.most:,} is the most we can take")
        if not self.many_lines and "\n" in self.given:
            raise ValueError("Write this on one line")
        self.data = self.read(self.given)

    def read(self, text: str) -> Value:
        """What the text means."""
        raise NotImplementedError

    def show(self, value: Value) -> str:
        """A value as it stands in the box."""
        return str(value)

    def pre_validate(self, _form: Any) -> None:
        """Insist on an answer where one is needed; a mistake found while reading needs no second one."""
        if self.process_errors:
            raise StopValidation
        if self.data is None and self.required:
            raise StopValidation(self.required)
        if self.data is None:
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data is not None:
            return self.given
        return "" if self.data is None else self.show(self.data)
