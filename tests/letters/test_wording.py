"""Sums, days, instants, rates and marks are written one way."""

from datetime import UTC, date, datetime

from fundapp.letters import wording


def test_sums() -> None:
    assert [wording.pounds(pence) for pence in (0, 5, 99, 100, 5_920_000, 10**13)] == [
        "£0.00",
        "£0.05",
        "£0.99",
        "£1.00",
        "£59,200.00",
        "£100,000,000,000.00",
    ]


def test_days_and_instants_are_those_of_the_city_region() -> None:
    assert wording.day(date(2027, 2, 7)) == "7 February 2027"
    assert wording.day_beside(date(2027, 2, 11), date(2027, 2, 15)) == "11 February"
    assert wording.day_beside(date(2026, 12, 11), date(2027, 2, 15)) == "11 December 2026"
    assert wording.moment(datetime(2027, 7, 17, 11, 0, tzinfo=UTC)) == "12:00 (UK time), 17 July 2027"
    assert wording.stamp(datetime(2027, 3, 31, 23, 30, tzinfo=UTC)) == "1 April 2027, 00:30"


def test_rates_and_marks() -> None:
    assert [wording.percent(rate) for rate in (0, 5_000, 3_333, 1_250, 10_000)] == [
        "0%",
        "50%",
        "33.33%",
        "12.5%",
        "100%",
    ]
    assert [wording.mark(figure) for figure in (0, 500, 350, 325)] == ["0", "5", "3.5", "3.25"]
    assert [wording.score(figure) for figure in (0, 6_845, 6_844, 10_000)] == ["0.0", "68.5", "68.4", "100.0"]
    assert [wording.every(count) for count in (1, 3, 12)] == [
        "every month",
        "every three months",
        "every twelve months",
    ]
