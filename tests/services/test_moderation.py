from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.events import Event
from fundapp.services import assessment, moderation
from tests.factories import reading
from tests.factories.reading import Reading, Staged
from workflows.machine import Blocked

ReadWith = Callable[..., Reading]

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def read_with(staged: Staged) -> ReadWith:
    """One bid read by three, each giving every criterion their one mark."""

    def read(*marks: int) -> Reading:
        given = staged(reading.invited)
        for mine, mark in zip(reading.readings(given.bids[0]), marks, strict=False):
            reading.submitted(mine, mark)
        return given

    return read


@pytest.mark.parametrize(
    ("marks", "state", "score", "spread", "recommended"),
    [
        ((5, 4, 4), "recommended", "86.666667", "20.000000", True),
        ((3, 3, 3), "recommended", "60.000000", "0.000000", True),
        ((2, 1, 2), "not_recommended", "33.333333", "20.000000", False),
        ((5, 3, 4), "in_moderation", "80.000000", "40.000000", None),
        ((3, 2, 3), "in_moderation", "53.333333", "20.000000", None),
    ],
)
def test_the_scores_alone_say_where_a_bid_goes(
    read_with: ReadWith, marks: tuple[int, ...], state: str, score: str, spread: str, recommended: bool | None
) -> None:
    given = read_with(*marks)
    bid = moderation.close_marking(given.bids[0], given.officer)
    assert (bid.state, bid.score, bid.spread) == (state, Decimal(score), Decimal(spread))
    assert bid.is_recommended is recommended


def test_a_bid_is_not_closed_before_everybody_has_read_it(read_with: ReadWith) -> None:
    given = read_with(5, 4)
    with pytest.raises(Blocked, match="2 of 3 assessments have been submitted"):
        moderation.close_marking(given.bids[0], given.officer)
    assert given.bids[0].score is None


def test_all_that_is_fully_read_is_closed_in_one_press() -> None:
    given = reading.invited(bids=2)
    for mine in reading.readings(given.bids[0]):
        reading.submitted(mine, 4)
    assert moderation.close_all(given.call, given.officer) == 1
    assert [bid.state for bid in given.bids] == ["recommended", "in_assessment"]


def test_a_disputed_bid_stands_when_the_chair_says_so_with_a_reason(read_with: ReadWith) -> None:
    given = read_with(5, 3, 4)
    bid = moderation.close_marking(given.bids[0], given.officer)
    with pytest.raises(Blocked, match="A reason has not been given"):
        moderation.settle(bid, given.officer, outcome="stands", reason="")
    with pytest.raises(Blocked, match="is not settled"):
        moderation.settle(bid, given.officer, outcome="guess", reason="So it is.")
    moderation.settle(bid, given.officer, outcome="stands", reason="Both readings are fair.")
    assert (bid.state, bid.is_recommended) == ("recommended", True)
    event = db.session.scalars(
        select(Event).where(
            Event.case_kind == "application", Event.case_id == bid.id, Event.action == "settle_recommended"
        )
    ).one()
    assert event.facts == {
        "outcome": "stands", "score": "80.000000", "spread": "40.000000", "assessments": 3,
    }  # fmt: skip


def test_whoever_assessed_a_bid_does_not_moderate_it(read_with: ReadWith) -> None:
    given = read_with(5, 3, 4)
    bid = moderation.close_marking(given.bids[0], given.officer)
    with pytest.raises(Blocked, match="You may not do this"):
        moderation.settle(bid, reading.readings(bid)[0].assessor, outcome="stands", reason="I was right.")


def test_a_score_is_set_aside_by_two_people_and_nothing_is_deleted(read_with: ReadWith) -> None:
    given = read_with(5, 1, 4)
    bid = moderation.close_marking(given.bids[0], given.officer)
    low = reading.readings(bid)[1]
    moderation.ask_to_set_aside(low, given.officer, reason="The comments are about another bid.")
    with pytest.raises(Blocked, match="somebody else must settle it"):
        moderation.settle(bid, given.officer, outcome="set_aside", reason="As asked.")
    moderation.settle(bid, given.region.second_officer, outcome="set_aside", reason="I agree.")
    assert (bid.state, bid.score, bid.spread) == ("recommended", Decimal("90.000000"), Decimal("20.000000"))
    assert (low.state, low.total) == ("submitted", Decimal("20.000000"))


def test_nothing_is_set_aside_that_nobody_asked_for(read_with: ReadWith) -> None:
    given = read_with(5, 3, 4)
    bid = moderation.close_marking(given.bids[0], given.officer)
    with pytest.raises(Blocked, match="Nobody has asked"):
        moderation.settle(bid, given.region.second_officer, outcome="set_aside", reason="I agree.")


def test_an_extra_reading_sends_the_bid_back_and_counts_with_the_others(read_with: ReadWith) -> None:
    given = read_with(5, 3, 4)
    bid = moderation.close_marking(given.bids[0], given.officer)
    moderation.settle(bid, given.officer, outcome="extra_read", reason="A fourth pair of eyes.")
    assert (bid.state, bid.is_recommended) == ("in_assessment", None)
    known = {each.assessor_id for each in reading.readings(bid)}
    fourth = next(person for person in given.region.assessors if person.id not in known)
    extra = assessment.invite(assessment.propose(bid, fourth, given.officer), given.officer)
    reading.submitted(extra, 4)
    moderation.close_marking(bid, given.officer)
    assert (bid.state, bid.score) == ("in_moderation", Decimal("80.000000"))
