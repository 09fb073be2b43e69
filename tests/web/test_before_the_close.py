"""What the pages of a draft say at their top before its close: not sent in yet, until when, what stands."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.services import submissions
from tests.factories import bids as factory
from tests.factories import rounds
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from tests.web.test_costs import as_partner

BID = "/bids/FIF7-0001"
PAGES = (
    "", "/check", "/project", "/questions/team", "/questions/team/history", "/questions/who_you_are",
    "/questions/size_and_sites", "/questions/documents/files", "/money", "/partners", "/team", "/everything",
)  # fmt: skip
Counting = Callable[[], AbstractContextManager[list[str]]]


def notice(page: str) -> Tag | None:
    return BeautifulSoup(page, "html.parser").select_one("[data-closing]")


def words(page: str) -> str:
    found = notice(page)
    assert found is not None
    return " ".join(found.get_text().split())


def reopened() -> int:
    """A sent bid that was reopened; who leads it."""
    lead = db.session.get_one(Person, factory.lead_of_sent_bid())
    submissions.reopen(db.session.scalars(select(Application)).one(), lead)
    return lead.id


def at(app: Flask, number: int, before: timedelta) -> FlaskClient:
    """The browser of this person so long before the close."""
    with app.app_context():
        rounds.move_to(rounds.CLOSES - before)
    return signed_in(app, number)


@pytest.fixture
def lead(stages: Stages) -> int:
    """Who leads a draft that has gaps."""
    return stages.copied("draft", factory.lead_of_draft)


def test_every_page_says_so_within_seven_days(app: Flask, lead: int) -> None:
    browser = at(app, lead, timedelta(minutes=54))
    for part in PAGES:
        said = words(browser.get(f"{BID}{part}").text)
        assert said.startswith(
            "Not sent in yet It can be sent in until 12:00 (UK time), Friday 18 December 2026"
        )
        assert re.search(r": 5\d minutes left\.", said)


def test_the_time_left_counts_down_by_the_clock_of_the_service(app: Flask, lead: int) -> None:
    found = notice(at(app, lead, timedelta(days=6)).get(f"{BID}/questions/team").text)
    assert found is not None
    time = found.find("time")
    assert isinstance(time, Tag)
    assert time["datetime"] == rounds.CLOSES.isoformat()
    assert str(time["data-countdown"]).startswith("2026-12-12T12:00:0")


def test_before_that_the_page_of_the_bid_alone_says_so(app: Flask, lead: int) -> None:
    browser = at(app, lead, timedelta(days=8))
    assert words(browser.get(BID).text).startswith("Not sent in yet")
    assert [part for part in PAGES[1:] if notice(browser.get(f"{BID}{part}").text)] == []


def test_a_reopened_bid_says_which_version_goes_forward(app: Flask, stages: Stages) -> None:
    page = at(app, stages.copied("reopened_only", reopened), timedelta(hours=2)).get(f"{BID}/questions/team")
    said = words(page.text)
    assert said.startswith("Not sent in again It can be sent in again until 12:00 (UK time)")
    assert "Version 1 stands, and goes forward if nothing is sent. Its receipt" in said
    assert f'href="{BID}/receipt"' in page.text


def test_what_is_sent_in_or_no_draft_says_nothing(app: Flask, stages: Stages) -> None:
    browser = at(app, stages.copied("sent", factory.lead_of_sent_bid), timedelta(hours=2))
    assert [part for part in ("", "/receipt", "/team") if notice(browser.get(f"{BID}{part}").text)] == []
    assert notice(browser.get("/bids").text) is None


def test_it_costs_no_statement(app: Flask, lead: int, count_statements: Counting) -> None:
    counted = []
    for before in (timedelta(days=9), timedelta(hours=1)):
        browser = at(app, lead, before)
        for part in ("/questions/team", "/project", "/money", "/check"):
            with count_statements() as sent:
                assert browser.get(f"{BID}{part}").status_code == 200
            counted.append(len(sent))
    assert counted[:4] == counted[4:]


def test_a_page_that_is_refused_says_so_too(app: Flask, lead: int) -> None:
    page = send(at(app, lead, timedelta(hours=5)), f"{BID}/project", {"title": ""})
    assert page.status_code == 400
    assert words(page.text).startswith("Not sent in yet")


def test_a_partner_reads_it_without_a_way_to_what_is_not_theirs(app: Flask, stages: Stages) -> None:
    stages.copied("reopened_only", reopened)
    with app.app_context():
        rounds.move_to(rounds.CLOSES - timedelta(hours=5))
    page = as_partner(app).get(f"{BID}/money/1")
    assert words(page.text).startswith("Not sent in again")
    assert ("/receipt" in page.text, "/check" in page.text) == (False, False)
