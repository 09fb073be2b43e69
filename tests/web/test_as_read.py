"""The people of a bid see it as its assessors read it: saved while they write, and as it was sent in."""

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.services import answers, assessment
from tests.factories import bids as factory
from tests.factories import people, reading, rounds
from tests.factories.reading import Staged
from tests.web.browsing import signed_in

LEFT_OUT = ("ZZ000147", "CH41 1AA", "£900,000", "£200,000", "Marguerite")


def paper(page: TestResponse, place: str) -> str:
    """What stands in one place of a page, without its addresses."""
    found = BeautifulSoup(page.text, "html.parser").select_one(place)
    assert found is not None, page.text
    return " ".join(found.get_text(" ").split())


def test_what_was_sent_in_is_word_for_word_what_the_assessor_has(app: Flask, staged: Staged) -> None:
    with app.app_context():
        bid = staged(reading.invited).bids[0]
        one = reading.readings(bid)[0]
        assessment.accept(one, one.assessor)
        number, assessor_id, lead_id, address = one.id, one.assessor_id, bid.lead_id, f"/bids/{bid.reference}"
    theirs = signed_in(app, assessor_id).get(f"/assess/{number}")
    ours = signed_in(app, lead_id).get(f"{address}/as-read")
    assert paper(ours, ".app-paper") == paper(theirs, ".app-split__bid")
    assert "Version 1, submitted" in paper(ours, ".app-paper")
    with app.app_context():
        assert db.session.get_one(Assessment, number).state == "accepted"


def test_a_draft_is_shown_as_it_is_saved_and_without_what_assessors_never_see(
    app: Flask, client: FlaskClient, database: None
) -> None:
    with app.app_context():
        rounds.begin_demo()
        lead = people.applicant()
        bid = factory.draft(rounds.open_round(people.officer()), lead, factory.firm(lead))
        factory.complete(bid, lead)
        answers.save(bid, "problem", {"text": "Dock gates **silt up**."}, 1, lead)
        mine = signed_in(app, lead.id)
    assert 'href="/bids/FIF7-0001/as-read"' in mine.get("/bids/FIF7-0001/check").text
    page = mine.get("/bids/FIF7-0001/as-read")
    shown = paper(page, "main")
    assert "Dock gates silt up ." in shown
    assert "Asks for" in shown
    assert [words for words in LEFT_OUT if words in shown] == []
    with app.app_context():
        assert db.session.query(Application).one().state == "draft"
