"""A box for a time of day as people in the city region write it."""

import re
from datetime import time

from fundapp.web.fields.amounts import AffixedInput
from fundapp.web.fields.written import WrittenField

CLOCK = re.compile(r"(?P<hour>\d{1,2})([:.](?P<minute>\d{2}))?(?P<half>am|pm)?", re.ASCII)


class TimeField(WrittenField[time]):
    """A time of day in the UK: 10:00, 14.30, 9am."""

    widget = AffixedInput(width=5)
    most = 20

    def read(self, text: str) -> time:
        """The time, on a clock of twenty-four hours unless am or pm is said."""
        found = CLOCK.fullmatch("".join(text.lower().split()))
        if found is None or not (found["minute"] or found["half"]):
            raise ValueError("Enter a time of day, like 10:00 or 2.30pm")
        hour, half = int(found["hour"]), found["half"]
        if half and not 1 <= hour <= 12:
            raise ValueError("Enter a time of day, like 10:00 or 2.30pm")
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        try:
            return time(hour, int(found["minute"] or 0))
        except ValueError:
            raise ValueError("There is no such time: enter one from 00:00 to 23:59") from None

    def show(self, value: time) -> str:
        """The time in four figures."""
        return f"{value:%H:%M}"
