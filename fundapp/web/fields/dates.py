"""A box for a date as people in the city region write it: day, month, year."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovDateInput

from fundapp.web.fields.written import TAKEN_OUT, WrittenField
from workflows.rules import dates
from workflows.rules.words import HIDDEN, shown, tidy

LONGEST_PART = 20


class DateBoxes(GovDateInput):  # type: ignore[misc]
    """Three boxes that show a kept day as people write it: 3, not 03."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Fill each box with its part of the day."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        for box, text in zip(params["items"], field.boxes(), strict=True):
            box["value"] = text
        return params


class LondonDateField(WrittenField[date]):
    """Three boxes, one date; the month may be a word. However many values arrive, three are shown."""

    widget = DateBoxes()

    def process(self, formdata: Any, *data: Any, **others: Any) -> None:
        """Read the three parts, and keep exactly three for the widget, which takes no other number."""
        super().process(formdata, *data, **others)
        if formdata is not None:
            self.raw_data = _three(self.raw_data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read day, month and year; all empty is no date."""
        self.data = None
        parts = _three(valuelist)
        if any(HIDDEN.search(part) for part in valuelist if isinstance(part, str)):
            raise ValueError(TAKEN_OUT)
        if any(len(part) > LONGEST_PART for part in parts):
            raise ValueError("A part of this date is far too long: enter a real date, like 23 11 2026")
        if not any(parts):
            return
        self.data = self.read_parts(parts)

    def boxes(self) -> list[str]:
        """Day, month and year; three empty texts for no date."""
        if self.raw_data is not None:
            return _three(self.raw_data)
        return list(dates.parts(self.data)) if self.data else ["", "", ""]

    def in_words(self) -> str:
        """The date with its month as a word."""
        return dates.in_words(self.data) if self.data else ""

    def read_parts(self, parts: Sequence[str]) -> Any:
        """What the three texts mean."""
        return dates.parse(parts)

    def _value(self) -> str:
        return " ".join(filter(None, self.boxes()))


def _three(values: Sequence[Any] | None) -> list[str]:
    """Exactly three texts, however many came."""
    texts = [tidy(shown(value, " ")) for value in values or () if isinstance(value, str)]
    return [*texts, "", "", ""][:3]
