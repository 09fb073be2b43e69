"""A closed round is marked as assessed, then as decided, by the office, once that is so."""

from collections.abc import Callable

import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.services import triage
from tests.factories import meetings, region
from tests.factories.region import Region
from tests.stages import Stages
from tests.web.browsing import send, signed_in

ROUND = "/office/rounds/FIF7"
Begin = Callable[..., Region]


@pytest.fixture
def begin(stages: Stages) -> Begin:
    """A closed round of two bids: sent in, assessed, or with these outcomes of the board."""

    def begun(stage: str, *outcomes: str) -> Region:
        def build() -> Region:
            here = region.invent_region()
            call = region.open_round(here, region.install(here))
            if stage == "sent_in":
                region.apply(here, call, 1)
                region.pass_time(days=31)
                return here
            bids = meetings.assessed(here, call, [5, 4])
            if outcomes:
                meetings.decided(here, call, bids, outcomes)
            return here

        return stages.at("_".join(["round", stage, *outcomes]), build)

    return begun


def state(app: Flask) -> str:
    with app.app_context():
        return db.session.query(Round).one().state


def test_a_round_is_marked_as_assessed_and_then_as_decided(app: Flask, begin: Begin) -> None:
    here = begin("assessed", "approve", "decline")
    officer = signed_in(app, here.officer.id)
    assert "Mark the round as assessed" in officer.get("/office").text
    assert "All bids are assessed" in officer.get(ROUND).text
    answer = send(officer, f"{ROUND}/assessed", {}, page=ROUND)
    assert (answer.status_code, answer.location, state(app)) == (302, ROUND, "assessed")
    assert "Mark the round as decided" in officer.get("/office").text
    assert "All bids are decided" in officer.get(ROUND).text
    answer = send(officer, f"{ROUND}/decided", {}, page=ROUND)
    assert (answer.status_code, answer.location, state(app)) == (302, ROUND, "decided")
    page = officer.get(ROUND).text
    assert "The round is marked as decided." in page
    assert f"{ROUND}/" not in page.partition('id="marking"')[1]
    with app.app_context():
        taken = db.session.query(Event.action, Event.actor_id).filter_by(case_kind="round")
        assert [tuple(row) for row in taken.order_by(Event.sequence)][-2:] == [
            ("mark_assessed", here.officer.id),
            ("mark_decided", here.officer.id),
        ]


def test_a_bid_that_is_not_assessed_keeps_the_door_shut(app: Flask, begin: Begin) -> None:
    officer = signed_in(app, begin("sent_in").officer.id)
    page = officer.get(ROUND).text
    assert "1 bid is not yet assessed." in page
    assert f"{ROUND}/assessed" not in page
    assert "Mark the round" not in officer.get("/office").text
    answer = send(officer, f"{ROUND}/assessed", {}, page=ROUND)
    assert answer.status_code == 409
    assert "1 bid is not yet assessed." in answer.text
    assert state(app) == "published"


def test_a_deferred_bid_is_not_decided_and_one_in_reserve_is(app: Flask, begin: Begin) -> None:
    officer = signed_in(app, begin("assessed", "reserve", "defer").officer.id)
    send(officer, f"{ROUND}/assessed", {}, page=ROUND)
    assert "1 bid has no decision yet." in officer.get(ROUND).text
    assert send(officer, f"{ROUND}/decided", {}, page=ROUND).status_code == 409
    assert state(app) == "assessed"


def test_checks_past_their_promised_day_come_first_and_say_by_how_much(app: Flask, stages: Stages) -> None:
    def build() -> Region:
        here = region.invent_region()
        call = region.open_round(here, region.install(here, "lcr_ventures"))
        region.apply(here, call, 1, pence=10_000_000)
        region.pass_time(days=31)
        triage.take_up_all(call, here.officer)
        return here

    here = stages.at("batch_being_checked", build)
    page = signed_in(app, here.officer.id).get("/office").text
    assert "Check 1 bid" in page
    assert "days late" not in page
    with app.app_context():
        region.pass_time(days=12)
    page = signed_in(app, here.officer.id).get("/office").text
    assert "Check 1 bid next" in page
    assert "3 days late" in page
