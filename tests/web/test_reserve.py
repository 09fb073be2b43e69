"""The reserve list on the board's pages: who finds it, steps a bid up, closes it, what the office reads."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.decisions import Decision
from tests.factories import meetings, region
from tests.factories.region import Region
from tests.stages import Stages
from tests.web.browsing import send, signed_in

Statements = Callable[[], AbstractContextManager[list[str]]]
LIST, SECOND = "/board/meetings/1/reserve", "/board/meetings/1/items/2/step-up"
FORM = {"amount": "50,000", "reason": "An offer lapsed.", "before": "Show your match."}


def in_reserve() -> Region:
    """A closed meeting: one bid approved, two on the reserve list; the money is enough for one of those."""
    here = region.invent_region()
    call = region.open_round(here, region.install(here), budget=10_000_000)
    bids = meetings.assessed(here, call, [5, 4, 4])
    meetings.decided(here, call, bids, ["approve", "reserve", "reserve"])
    return here


@pytest.fixture
def here(stages: Stages) -> Region:
    return stages.at("in_reserve", in_reserve)


def states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Application.state).order_by(Application.id)))


def test_the_chair_finds_the_list_and_steps_a_bid_up(app: Flask, here: Region) -> None:
    chair = signed_in(app, here.chair.id)
    assert "2 in reserve" in chair.get("/board").text
    assert "2 bids wait" in chair.get("/board/meetings/1").text
    assert "2 bids are on the reserve list" in chair.get(LIST).text
    assert "takes effect at once" in chair.get(SECOND).text
    answer = send(chair, SECOND, FORM)
    assert (answer.status_code, answer.location) == (302, LIST)
    page = chair.get(LIST).text
    assert "FIF7-0002 is approved." in page
    assert "One bid is on the reserve list" in page
    assert states(app) == ["approved", "approved", "reserve"]
    with app.app_context():
        made = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert made is not None
        assert [each["text"] for each in made.conditions] == ["Show your match."]
    again = send(chair, SECOND, FORM, page=LIST)
    assert again.status_code == 409
    assert "not on the reserve list any more" in again.text


def test_a_mistake_and_too_little_money_are_said_and_what_was_typed_stays(app: Flask, here: Region) -> None:
    chair = signed_in(app, here.chair.id)
    answer = send(chair, SECOND, FORM | {"reason": ""})
    assert answer.status_code == 400
    assert "Write the reason in a sentence" in answer.text
    assert "Show your match." in answer.text
    assert send(chair, SECOND, FORM).status_code == 302
    third = SECOND.replace("/2/", "/3/")
    answer = send(chair, third, FORM)
    assert answer.status_code == 409
    assert "£50,000 is more than the £0 left" in answer.text
    assert states(app)[2] == "reserve"


def test_the_chair_closes_the_list_with_a_reason(app: Flask, here: Region) -> None:
    chair = signed_in(app, here.chair.id)
    assert send(chair, LIST, {"reason": ""}).status_code == 400
    answer = send(chair, LIST, {"reason": "The money is spent."})
    assert (answer.status_code, answer.location) == (302, LIST)
    page = chair.get(LIST).text
    assert "2 bids are declined" in page
    assert "No bid is on the reserve list" in page
    assert states(app) == ["approved", "declined", "declined"]
    assert "in reserve" not in chair.get("/board").text


def test_others_read_the_list_and_press_nothing(app: Flask, here: Region) -> None:
    for person in (here.members[0], here.officer):
        browser = signed_in(app, person.id)
        page = browser.get(LIST).text
        assert "2 bids are on the reserve list" in page
        assert "Close the reserve list" not in page
        assert "step-up" not in page
        assert browser.get(SECOND).status_code == 403


def test_the_office_is_led_to_the_list(app: Flask, here: Region) -> None:
    officer = signed_in(app, here.officer.id)
    page = officer.get("/office/rounds/FIF7").text
    assert "Settle the reserve list of 2 bids" in page
    assert "/office/bids?round=FIF7&amp;state=reserve" in page
    assert f'href="{LIST}"' in officer.get("/office/bids/FIF7-0002").text


def test_the_pages_take_few_statements(app: Flask, here: Region, count_statements: Statements) -> None:
    chair = signed_in(app, here.chair.id)
    chair.get(LIST)
    for page in ("/board", LIST):
        with count_statements() as statements:
            chair.get(page)
        assert len(statements) <= 6, (page, statements)
