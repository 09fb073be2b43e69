"""Questions with fixed answers: one of several, several of several, yes or no."""

from collections.abc import Iterable, Sequence
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovCheckboxInput, GovRadioInput, GovSelect
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation

Choices = Iterable[tuple[str, str]]


class OneOfField(RadioField):
    """One answer of several, all in sight. `required` is what to say when none is chosen."""

    widget = GovRadioInput()

    def __init__(
        self,
        label: str = "",
        *,
        choices: Choices = (),
        required: str | None = None,
        hint: str = "",
        **others: Any,
    ) -> None:
        super().__init__(
            label, choices=[SelectChoice(value, text) for value, text in choices], description=hint, **others
        )
        self.required = required

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the first value sent; none or an empty one is no answer."""
        self.data = valuelist[0] if valuelist and valuelist[0] else None

    def boxes(self) -> list[str]:
        """The answer that is chosen, as a browser sends it; nothing where none is."""
        return [self.data] if self.data else []

    def in_words(self) -> str:
        """The label of the answer that is chosen."""
        return next((str(label) for value, label, *_ in self.iter_choices() if value == self.data), "")

    def pre_validate(self, _form: Any) -> None:
        """Insist on one of the answers offered."""
        if self.data is None:
            raise StopValidation(self.required or "")
        if self.data not in [value for value, *_ in self.iter_choices()]:
            raise StopValidation(self.required or "Choose one of the answers on the page")


class PickField(OneOfField):
    """The same as a drop-down list, for long lists of staff pages."""

    widget = GovSelect()


class ManyOfField(SelectMultipleField):
    """Any number of several answers."""

    widget = GovCheckboxesInput()

    def __init__(
        self,
        label: str = "",
        *,
        choices: Choices = (),
        required: str | None = None,
        hint: str = "",
        **others: Any,
    ) -> None:
        super().__init__(
            label, choices=[SelectChoice(value, text) for value, text in choices], description=hint, **others
        )
        self.required = required

    def pre_validate(self, _form: Any) -> None:
        """Insist that every answer is one that was offered."""
        offered = {value for value, *_ in self.iter_choices()}
        if self.required and not self.data:
            raise StopValidation(self.required)
        if not offered.issuperset(self.data or ()):
            raise StopValidation("Something you chose is gone: choose from what the page shows now")


class CheckField(BooleanField):
    """One box to tick. `required` is what to say when it must be ticked and is not."""

    widget = GovCheckboxInput()

    def __init__(
        self, label: str = "", *, required: str | None = None, hint: str = "", **others: Any
    ) -> None:
        super().__init__(label, description=hint, **others)
        self.required = required

    def boxes(self) -> list[str]:
        """What a browser sends for a tick; nothing without one."""
        return ["y"] if self.data else []

    def in_words(self) -> str:
        """Whether it is ticked."""
        return "Yes" if self.data else "No"

    def pre_validate(self, _form: Any) -> None:
        """Insist on the tick where it is needed."""
        if self.required and not self.data:
            raise StopValidation(self.required)
