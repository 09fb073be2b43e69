"""The office's list of presses refused near the close: stamps, reasons, page by page, few statements."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.queries import near_misses
from fundapp.services import refusals
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import signed_in

ADDRESS = "/office/rounds/FIF7/near-misses"
LATE = re.compile(r">(\d+\.\d{3}) s (before|after)<")
ONWARD = re.compile(rf'href="({ADDRESS}\?after=\d+)"')
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def officer(app: Flask, database: None) -> FlaskClient:
    """The officer's browser; somebody pressed three times, twice of it near the close."""
    with app.app_context():
        rounds.begin_demo()
        who = people.officer()
        call = rounds.open_round(who)
        lead = people.applicant()
        bid = factory.draft(call, lead, factory.firm(lead))
        refusals.note_unsigned(bid, lead)
        rounds.move_to(rounds.CLOSES - timedelta(seconds=20))
        refusals.note_unsigned(bid, lead)
        rounds.move_to(rounds.CLOSES + timedelta(seconds=4))
        refusals.note_unsigned(bid, lead)
        return signed_in(app, who.id)


def test_the_list_shows_whose_press_was_judged_when_and_why(app: Flask, officer: FlaskClient) -> None:
    page = officer.get(ADDRESS).text
    assert "Presses refused near the close" in page
    assert page.count("The signature was not complete") == 2
    ((early, before), (late, after)) = LATE.findall(page)
    assert (before, after) == ("before", "after")
    with app.app_context():
        listed, _ = near_misses.of_round(db.session.query(Round).one().id)
        moments = [abs(each.late.total_seconds()) for each in listed]
    assert [float(early), float(late)] == pytest.approx(moments, abs=0.001)
    assert moments[0] <= 20
    assert moments[1] >= 4


def test_the_list_pages_by_key_in_few_statements(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch, count_statements: Counting
) -> None:
    monkeypatch.setattr(near_misses, "PAGE_SIZE", 1)
    with count_statements() as sent:
        first = officer.get(ADDRESS).text
    assert len(sent) <= 6
    (onward,) = ONWARD.findall(first)
    second = officer.get(onward).text
    assert [side for page in (first, second) for _, side in LATE.findall(page)] == ["before", "after"]
    assert ONWARD.findall(second) == []


def test_a_round_without_near_misses_says_so(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        who = people.officer()
        rounds.open_round(who)
        client = signed_in(app, who.id)
    assert "No press was a near miss" in client.get(ADDRESS).text
