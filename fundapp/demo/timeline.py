"""The demonstration's time: days counted from today, and a clock that only moves forward."""

from datetime import UTC, date, datetime, time, timedelta

from fundapp.clock import LONDON
from fundapp.services import demo_clock

MORNING = time(9, 30)


class Timeline:
    """Day 0 is the day the demonstration was started; history lies at negative days."""

    def __init__(self, today: date) -> None:
        self.zero = today
        self.today = 0

    def day(self, number: int) -> date:
        """The calendar day of a day number."""
        return self.zero + timedelta(days=number)

    def first_of_month_after(self, number: int) -> date:
        """The first day of the month after a day."""
        return (self.day(number).replace(day=1) + timedelta(days=32)).replace(day=1)

    def at(self, number: int, when: time) -> datetime:
        """The UTC instant of a UK wall time on a day."""
        return datetime.combine(self.day(number), when, tzinfo=LONDON).astimezone(UTC)

    def go(self, number: int, when: time = MORNING) -> None:
        """Move the clock to a day; one that has passed is left behind without a word."""
        try:
            demo_clock.move_clock(self.at(number, when))
        except demo_clock.ClockGoesForward:
            return
        self.today = number
