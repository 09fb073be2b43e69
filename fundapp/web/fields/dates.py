"""A box for a date as people in the city region write it: day, month, year."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovDateInput

from fundapp.web.fields.written import TAKEN_OUT, WrittenField
from workflows.rules.words import HIDDEN, tidy

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
NUMBER = re.compile(r"\d{1,4}", re.ASCII)
PARTS = ("day", "month", "year")
LONGEST_PART = 20
YEARS = range(1900, 2201)


class LondonDateField(WrittenField[date]):
    """Three boxes, one date; the month may be a word. However many values arrive, three are shown."""

    widget = GovDateInput()

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
        if not any(parts):
            return
        missing = [name for name, part in zip(PARTS, parts, strict=True) if not part]
        if missing:
            raise ValueError(f"The date must include a {' and a '.join(missing)}")
        self.data = _date(*parts)

    def show(self, value: date) -> str:
        """The date in figures."""
        return f"{value.day} {value.month} {value.year}"

    def _value(self) -> str:
        return self.show(self.data) if self.data else ""


def _three(values: Sequence[Any] | None) -> list[str]:
    """Exactly three short texts, whatever came."""
    texts = [tidy(HIDDEN.sub("", value)) for value in values or () if isinstance(value, str)]
    return [text if len(text) <= LONGEST_PART else "" for text in [*texts, "", "", ""][:3]]


def _date(day: str, month: str, year: str) -> date:
    numbers = [day, _month(month), year]
    if not all(NUMBER.fullmatch(number) for number in numbers) or int(year) not in YEARS:
        raise ValueError("Enter a real date with a four-figure year, like 23 11 2026")
    try:
        return date(int(year), int(numbers[1]), int(day))
    except ValueError:
        raise ValueError("There is no such day: enter a real date, like 23 11 2026") from None


def _month(text: str) -> str:
    word = text.lower().rstrip(".")
    fits = [number for number, name in enumerate(MONTHS, start=1) if len(word) >= 3 and name.startswith(word)]
    return str(fits[0]) if fits else text
