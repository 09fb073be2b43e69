"""A bid that is with us is shown as it was sent in, whole and fixed, whatever its records say since."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_files import BidFile
from fundapp.models.people import Person
from fundapp.services import bid_files, size_facts
from fundapp.services.size_facts import Said
from fundapp.services.uploads.examining import examine
from tests.factories import bids as factory
from tests.factories import files
from tests.stages import Stages
from tests.web.browsing import send, signed_in
from tests.web.test_after_the_close import main
from workflows.rules import schedule

BID = "/bids/FIF7-0001"


def sent_with_a_file() -> int:
    """A bid sent in with a file, whose organisation has grown since; who leads it."""
    lead = db.session.get_one(Person, factory.lead_of_complete_draft())
    bid = db.session.scalars(select(Application)).one()
    documents = bid.round.rules.question("documents")
    assert documents is not None
    file = examine("tides.csv", files.CSV, bid_files.terms_of(documents))
    bid_files.add(bid, documents, file, lead)
    factory.send_in(bid, lead)
    size_facts.state(bid.organisation, Said(400, 90_000_000, 20_000_000), lead)
    return lead.id


@pytest.fixture
def lead(app: Flask, stages: Stages) -> FlaskClient:
    return signed_in(app, stages.copied("sent_with_a_file", sent_with_a_file))


def test_the_receipt_holds_everything_that_was_sent(app: Flask, lead: FlaskClient) -> None:
    page = lead.get(f"{BID}/receipt")
    words = main(page.text)
    with app.app_context():
        version, file = db.session.query(Submission).one(), db.session.query(BidFile).one()
        received, digest = schedule.exactly(version.submitted_at), file.sha256
        declared = db.session.query(Application).one().round.rules.declarations
    for said in (
        received,
        factory.PROJECT.title,
        factory.PROJECT.summary,
        "1 April 2027, for 12 months",
        "Company number ZZ000147",
        "Staff: 14",
        "Who will do it? Some words.",
        "£118,400.00",
        f"tides.csv CSV table, {len(files.CSV)} bytes",
        f"SHA-256 {digest}",
        "Declared by Marguerite Osei",
        *declared.values(),
    ):
        assert said in words
    assert re.search(r"Received \d\d:\d\d:\d\d \(UK time\)", words)
    assert BeautifulSoup(page.text, "html.parser").select_one("main table caption") is not None


def test_checking_a_bid_that_is_with_us_leads_to_what_was_sent(lead: FlaskClient) -> None:
    assert lead.get(f"{BID}/check").location == f"{BID}/receipt"
    words = main(lead.get(f"{BID}/receipt").text)
    for draft in ("Change", "check and submit", "Earlier texts", "Look again"):
        assert draft not in words


def test_another_press_on_it_says_that_it_sent_nothing(lead: FlaskClient) -> None:
    other = {"declarations": list(factory.DECLARED), "signatory": "Tomasz Bell", "key": "other"}
    answer = send(lead, f"{BID}/submit", other, f"{BID}/receipt")
    words = main(answer.text)
    assert answer.status_code == 409
    assert "This press sent nothing: your bid was sent in before. This is what we have." in words
    assert "We have received your bid" in words
    assert "is not possible while this is" not in words
