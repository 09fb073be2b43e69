"""Boxes for numbers: money in pence, a share in basis points, a whole number."""

import re
from decimal import Decimal
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovTextInput

from fundapp.web.fields.written import WrittenField
from workflows.rules import money

WHOLE = re.compile(r"\d{1,3}(,\d{3}){1,4}|\d{1,15}", re.ASCII)
DAYS = re.compile(r"(?P<days>(\d{1,3}(,\d{3})|\d{1,6})(\.\d{1,2})?)(days?|d)?", re.ASCII)
MOST_PENCE = 100_000_000_000_00


class AffixedInput(GovTextInput):  # type: ignore[misc]
    """A short box with a sign before or after it."""

    def __init__(self, *, prefix: str = "", suffix: str = "", width: int = 10) -> None:
        super().__init__()
        self.prefix = prefix
        self.suffix = suffix
        self.width = width

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the sign, the width and the numeric keyboard to what the component gets."""
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)
        params.setdefault("inputmode", "decimal")
        params.setdefault("classes", f"govuk-input--width-{self.width}")
        if self.prefix:
            params.setdefault("prefix", {"text": self.prefix})
        if self.suffix:
            params.setdefault("suffix", {"text": self.suffix})
        return params


class MoneyField(WrittenField[int]):
    """Pounds in any usual form, as pence: £25,000, 25000.50, 25k, 1.2 million."""

    widget = AffixedInput(prefix="£")
    most = 40

    def __init__(
        self, label: str = "", *, least_pence: int = 0, most_pence: int = MOST_PENCE, **others: Any
    ) -> None:
        super().__init__(label, **others)
        self.least_pence = least_pence
        self.most_pence = most_pence

    def read(self, text: str) -> int:
        """The amount in pence, within its limits."""
        pence = money.parse_short(text)
        if pence < self.least_pence:
            raise ValueError(f"Enter at least {money.in_words(self.least_pence)}")
        if pence > self.most_pence:
            raise ValueError(f"Enter at most {money.in_words(self.most_pence)}")
        return pence

    def show(self, value: int) -> str:
        """The amount without its sign, which stands beside the box."""
        return money.in_words(value).replace("£", "")


class PercentField(WrittenField[int]):
    """A share from 0% to 100%, in basis points."""

    widget = AffixedInput(suffix="%", width=4)
    most = 20

    def read(self, text: str) -> int:
        """The share in basis points."""
        return money.parse_percent(text)

    def show(self, value: int) -> str:
        """The share without its sign, which stands beside the box."""
        return f"{(Decimal(value) / 100).normalize():f}"


class WholeNumberField(WrittenField[int]):
    """A count, within limits."""

    widget = AffixedInput(width=5)
    most = 20

    def __init__(self, label: str = "", *, least: int = 0, biggest: int = 10**12, **others: Any) -> None:
        super().__init__(label, **others)
        self.least = least
        self.biggest = biggest

    def read(self, text: str) -> int:
        """The number, within its limits."""
        found = WHOLE.fullmatch("".join(text.split()))
        if found is None:
            raise ValueError("Enter a whole number, like 12")
        number = int(found.group().replace(",", ""))
        if not self.least <= number <= self.biggest:
            raise ValueError(f"Enter a number from {self.least:,} to {self.biggest:,}")
        return number


class DaysField(WrittenField[str]):
    """Days of work, to a hundredth of a day, kept as a decimal in words: 60, 7.5."""

    widget = AffixedInput(width=4)
    most = 20

    def read(self, text: str) -> str:
        """The days, without noughts that say nothing."""
        found = DAYS.fullmatch("".join(text.lower().split()))
        if found is None:
            raise ValueError("Enter a number of days, like 60 or 7.5")
        return f"{Decimal(found['days'].replace(',', '')).normalize():f}"
