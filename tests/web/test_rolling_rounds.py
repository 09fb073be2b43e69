"""A bid to a round without a close: its pages and mails count by its cut-offs, and promise no close."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.messages import Message
from fundapp.models.people import Person
from tests.factories import bids as factory
from tests.factories import costs, people, rounds
from tests.factories.outbox import work_off
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from tests.web.test_after_the_close import main

BID = "/bids/LCRV1-0001"
CUT_OFF = datetime(2026, 11, 3, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 12, tzinfo=UTC)
UNTIL = "until we take it up for checking, which begins at its cut-off: 12:00 (UK time), 3 November 2026"


def begun() -> int:
    """A complete draft to a rolling round; who leads it."""
    rounds.begin_demo()
    call, _ = rounds.open_rolling_round(people.officer(), (CUT_OFF, LATER))
    lead = people.applicant()
    bid = factory.draft(call, lead, factory.firm(lead))
    project = replace(factory.PROJECT, theme=call.rules.themes[0].key)
    money = replace(costs.MONEY, grant_requested_pence=11_840_000, match_funding_pence=0)
    factory.complete(bid, lead, project, money=money)
    return lead.id


@pytest.fixture
def lead(app: Flask, stages: Stages) -> FlaskClient:
    return signed_in(app, stages.copied("begun_rolling", begun))


def send_in(app: Flask) -> None:
    with app.app_context():
        bid = db.session.query(Application).one()
        factory.send_in(bid, db.session.get_one(Person, bid.lead_id))
        work_off()


def test_a_draft_counts_to_the_next_cut_off(lead: FlaskClient) -> None:
    page = lead.get(BID)
    assert (
        "Bids are taken all year. Those sent in before 12:00 (UK time), Tuesday 3 November 2026 are judged"
        " together: 8 days"
    ) in main(page.text)
    time = BeautifulSoup(page.text, "html.parser").select_one("time[data-countdown]")
    assert time is not None
    assert time["datetime"] == CUT_OFF.isoformat()


def test_a_bid_sent_in_can_be_reopened_until_it_is_taken_up(app: Flask, lead: FlaskClient) -> None:
    assert "again until we take it up for checking." in main(lead.get(f"{BID}/check").text)
    send_in(app)
    for part in ("", "/receipt"):
        words = main(lead.get(f"{BID}{part}").text)
        assert UNTIL in words
        assert "Until you send it in again, it is not with us and nobody judges it." in words
        assert ("round closes" in words, "goes forward" in words) == (False, False)
    with app.app_context():
        mail = db.session.query(Message).filter(Message.subject.startswith("We have received")).one()
        words = " ".join(mail.body_text.split())
    assert (
        "Until we take it up for checking, which begins at its cut-off at 12:00 (UK time), Tuesday 3 November"
        " 2026, you may reopen it and send it in again:"
    ) in words
    assert "round closes" not in words


def test_what_is_taken_back_is_not_said_to_go_forward(app: Flask, lead: FlaskClient) -> None:
    send_in(app)
    assert send(lead, f"{BID}/reopen", {}, BID).status_code == 302
    words = main(lead.get(BID).text)
    assert (
        "The bid is open again. Until you send it in again, it is not with us and nobody judges it." in words
    )
    assert "Version 1 was taken back to be changed. Its receipt" in words
    assert "goes forward" not in words
