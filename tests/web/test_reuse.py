"""Using a former bid again, on its pages."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.people import Person
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import send, signed_in

AGAIN = "/bids/FIF7-0001/again"


@pytest.fixture
def lead(app: Flask, database: None) -> FlaskClient:
    """The lead of a bid to a round that has closed."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        who = people.applicant()
        factory.send_in(factory.complete(factory.draft(call, who, factory.firm(who)), who), who)
        rounds.move_to(rounds.CLOSES + timedelta(days=1))
        lead_id = who.id
    return signed_in(app, lead_id)


def test_a_draft_to_another_round_begins_with_one_press(app: Flask, lead: FlaskClient) -> None:
    assert "No other round takes bids now." in lead.get(AGAIN).text
    with app.app_context():
        rounds.open_rolling_round(people.officer("Second"), (clock.now() + timedelta(days=20),))
        person_id = db.session.query(Person.id).filter_by(email="marguerite@wrackline.example").scalar()
    later = signed_in(app, person_id)
    assert AGAIN in later.get("/bids/FIF7-0001").text
    assert "“Everything” (Other costs): £118,400" in later.get(AGAIN).text
    begun = send(later, AGAIN, {"round": "LCRV1"})
    assert begun.location == "/bids/LCRV1-0001"
    assert "begins with what you wrote before" in later.get("/bids/LCRV1-0001").text


@pytest.mark.parametrize(("sent", "status"), [({}, 400), ({"round": "NONE"}, 400), ({"round": "FIF7"}, 409)])
def test_a_wrong_round_is_refused_in_words(lead: FlaskClient, sent: dict[str, str], status: int) -> None:
    refused = send(lead, AGAIN, sent)
    assert refused.status_code == status
    assert "There is a problem" in refused.text
