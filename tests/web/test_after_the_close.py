"""What people are told of their bid once its round has closed: of a press, of what stands, of the rest."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.services import answers, submissions
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import rounds
from tests.factories.bids import DECLARED
from tests.factories.outbox import work_off
from tests.stages import Stages
from tests.web.browsing import signed_in, token_in

BID = "/bids/FIF7-0001"
UNSENT = "Three people, one of them a diver."


def main(page: str) -> str:
    """The words of a page's main part."""
    found = BeautifulSoup(page, "html.parser").find("main")
    assert found is not None
    return " ".join(found.get_text().split())


def reopened() -> int:
    """A sent bid that was reopened and changed; who leads it."""
    lead = db.session.get_one(Person, factory.lead_of_sent_bid())
    bid = db.session.scalars(select(Application)).one()
    submissions.reopen(bid, lead)
    answers.save(bid, "team", {"text": UNSENT}, 1, lead)
    return lead.id


@pytest.fixture
def lead(app: Flask, stages: Stages) -> FlaskClient:
    """The browser of whoever reopened and changed a bid, a moment after its round closed."""
    number = stages.copied("reopened", reopened)
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    return signed_in(app, number)


def carry(app: Flask) -> None:
    with app.app_context():
        with transaction():
            submissions.carry_forward(rounds.CLOSES)
        work_off()


@pytest.mark.parametrize("goes_forward_first", [False, True])
def test_a_late_press_on_a_reopened_bid_is_told_what_stands(
    app: Flask, lead: FlaskClient, goes_forward_first: bool
) -> None:
    sent = {"declarations": list(DECLARED), "signatory": "Marguerite Osei", "key": "late"}
    token = token_in(lead.get(f"{BID}/check").text)
    if goes_forward_first:
        carry(app)
    answer = lead.post(f"{BID}/submit", data={**sent, "csrf_token": token})
    words = main(answer.text)
    assert answer.status_code == 409
    assert "The round closed before this press reached us" in words
    assert "This round closed at 12:00 (UK time), Friday 18 December 2026." in words
    assert "The version you sent in before stands, and goes forward as it is: its receipt." in words
    assert f'href="{BID}/receipt"' in answer.text


def test_what_was_not_sent_in_can_be_read_and_had_again(app: Flask, lead: FlaskClient) -> None:
    carry(app)
    assert UNSENT in lead.get(f"{BID}/questions/team/history").text
    everything = lead.get(f"{BID}/everything").text
    assert "What you had written and not sent in when your earlier version went forward, JSON" in main(
        everything
    )
    draft = lead.get(f"{BID}/draft/json").get_json()
    assert draft["answers"]["team"] == {"text": UNSENT}
    with app.app_context():
        mail = db.session.query(Message).filter(Message.subject.contains("goes forward")).one()
        assert "kept under “Earlier texts”" in " ".join(mail.body_text.split())


def never_sent() -> int:
    """A complete draft that nobody sent in; who leads it."""
    return factory.lead_of_complete_draft()


@pytest.fixture
def left(app: Flask, stages: Stages) -> FlaskClient:
    """The browser of whoever leads a draft that was never sent in, after its round closed."""
    number = stages.copied("never_sent", never_sent)
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    return signed_in(app, number)


def test_a_draft_never_sent_in_is_promised_nothing(left: FlaskClient) -> None:
    page = left.get(BID)
    words = main(page.text)
    assert "This bid was not sent in, so nobody judges it. What was written is kept." in words
    assert f'href="{BID}/again"' in page.text
    for promise in ("17 February 2027", "Being checked", "Being assessed", "You hear", "feedback"):
        assert promise not in words
    assert "Timeline of your bid Started" in words
    assert "Not sent in (now) Closed 12:00 (UK time), 18 December 2026" in words


def test_its_answers_are_there_to_read_with_their_earlier_texts(left: FlaskClient) -> None:
    page = left.get(f"{BID}/check")
    words = main(page.text)
    assert "What you wrote" in words
    assert "Who will do it? Some words." in words
    assert ("Nothing is missing" in words, "Change" in words, "Look again" in words) == (False, False, False)
    assert f'href="{BID}/questions/team/history"' in page.text
    assert f'href="{BID}/again"' in page.text


@pytest.mark.parametrize("part", ["questions/team", "project", "money", "questions/documents/files"])
def test_no_page_of_its_form_offers_to_save(left: FlaskClient, part: str) -> None:
    page = left.get(f"{BID}/{part}")
    assert page.status_code == 200
    assert "This round closed at 12:00 (UK time), Friday 18 December 2026." in main(page.text)
    assert "Save and continue" not in page.text


@pytest.mark.parametrize("part", ["questions/team", "project", "money", "questions/documents/files"])
def test_a_page_of_a_bid_that_is_with_us_says_why_it_cannot_be_saved(
    app: Flask, stages: Stages, part: str
) -> None:
    browser = signed_in(app, stages.copied("sent", factory.lead_of_sent_bid))
    page = browser.get(f"{BID}/{part}")
    assert "This bid is “Received”, so its answers are fixed. Reopen the bid to change them." in main(
        page.text
    )
    assert "Save and continue" not in page.text


def test_a_box_that_cannot_be_saved_cannot_be_typed_in(left: FlaskClient) -> None:
    page = BeautifulSoup(left.get(f"{BID}/questions/team").text, "html.parser")
    assert page.select_one("textarea[readonly]") is not None
