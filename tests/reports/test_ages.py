"""What waits is counted by age against the promise: in thirds, and late from the day after."""

from datetime import UTC, datetime, timedelta

import pytest

from fundapp.queries.finance import Waiting
from fundapp.reports import payments

NOW = datetime(2027, 11, 18, 9, 15, tzinfo=UTC)


def claim(days: int, state: str = "submitted", *, promised: int = 30, number: int = 1) -> Waiting:
    made_at = NOW - timedelta(days=days)
    return Waiting(
        number,
        1,
        state,
        made_at,
        1,
        "FIF7-0001-A",
        "live",
        5_000_000,
        "Firm",
        100_000,
        40_000,
        5_000,
        promised,
    )


@pytest.mark.parametrize(
    ("days", "counts", "late"),
    [
        (0, (1, 0, 0), 0),
        (10, (1, 0, 0), 0),
        (11, (0, 1, 0), 0),
        (20, (0, 1, 0), 0),
        (21, (0, 0, 1), 0),
        (30, (0, 0, 1), 0),
        (31, (0, 0, 0), 1),
        (400, (0, 0, 0), 1),
    ],
)
def test_thirds_of_a_promise_of_30_days(days: int, counts: tuple[int, ...], late: int) -> None:
    found = payments.ages([claim(days)], NOW)
    assert (found.labels, found.beyond) == (("0 to 10 days", "11 to 20", "21 to 30"), "Over 30")
    assert (found.rows[0].counts, found.rows[0].late, found.late) == (counts, late, late)


def test_what_the_organisation_owes_is_shown_and_never_late() -> None:
    found = payments.ages([claim(90, "queried")], NOW)
    assert (found.late, found.rows[3].counts, found.oldest) == (0, (0, 0, 1), None)


def test_rounds_with_different_promises_are_counted_in_thirds_of_their_own() -> None:
    found = payments.ages([claim(11), claim(11, promised=60), claim(61, promised=60)], NOW)
    assert (found.labels, found.beyond) == (("First third", "Second", "Last third"), "Late")
    assert (found.total.counts, found.late) == ((1, 1, 0), 1)


def test_the_next_claim_is_the_one_furthest_past_its_promise() -> None:
    found = payments.ages([claim(40, promised=60, number=1), claim(35, number=2)], NOW)
    assert found.oldest is not None
    assert (found.oldest.id, found.oldest_days) == (2, 35)


def test_a_claim_is_worth_what_was_worked_out_or_its_cost_at_the_rate() -> None:
    assert payments.worth(claim(1)) == 50_000
    assert payments.worth(claim(1, "checked")) == 40_000
