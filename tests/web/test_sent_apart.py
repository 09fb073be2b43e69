"""A form is sent to another address than its page's: if that fails, going back finds what was typed."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.web.addresses import apart
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import signed_in, token_in

BID = "/bids/FIF7-0001"
PAGES = (
    "/register",
    "/sign-in",
    "/bids/new?round=FIF7",
    *(f"{BID}/{page}" for page in ("project", "money", "partners", "team", "withdraw", "check")),
    *(f"{BID}/questions/{key}" for key in ("who_you_are", "size_and_sites", "problem", "milestones")),
)


def where_to(page: str) -> str:
    form = BeautifulSoup(page, "html.parser").select_one("main form[novalidate]")
    assert form is not None
    return str(form["action"])


@pytest.fixture
def clients(app: Flask, database: None) -> tuple[FlaskClient, FlaskClient]:
    """Somebody with a draft, and somebody who is not signed in."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        lead = people.applicant()
        factory.complete(factory.draft(call, lead, factory.firm(lead)), lead)
        lead_id = lead.id
    return signed_in(app, lead_id), app.test_client()


def test_no_form_is_sent_to_the_address_of_its_page(clients: tuple[FlaskClient, FlaskClient]) -> None:
    lead, stranger = clients
    for page in PAGES:
        client = lead if page.startswith("/bids") else stranger
        shown = client.get(page)
        assert (shown.status_code, where_to(shown.text) == page) == (200, False), page
    wrong = {"csrf_token": token_in(lead.get(f"{BID}/project").text), "title": ""}
    sent_to = where_to(lead.get(f"{BID}/project").text)
    refused = lead.post(sent_to, data=wrong)
    assert (refused.status_code, where_to(refused.text) == sent_to) == (400, False)


def test_an_address_keeps_what_it_asks(app: Flask) -> None:
    for page, address, sent in (
        ("/q", "/q", "/q?sent"),
        ("/q?sent", "/q", "/q"),
        ("/q?saved=10:00:00", "/q", "/q"),
        ("/q?round=FIF7", "/q?round=FIF7", "/q?round=FIF7&sent"),
        ("/q", "/elsewhere", "/elsewhere"),
    ):
        with app.test_request_context(page):
            assert apart(address) == sent
