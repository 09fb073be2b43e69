"""The tasks of a draft: what counts as done, why it does, and what need not be done at all."""

from bs4 import BeautifulSoup
from flask import Flask

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.services import bid_files, submissions
from fundapp.services.uploads.examining import examine
from tests.factories import bids as factory
from tests.factories import files
from tests.stages import Stages
from tests.web.browsing import signed_in
from tests.web.test_after_the_close import main

BID = "/bids/FIF7-0001"


def test_a_task_done_from_the_record_says_so_and_an_optional_one_counts_once_it_is_done(
    app: Flask, stages: Stages
) -> None:
    browser = signed_in(app, stages.copied("draft", factory.lead_of_draft))
    page = main(browser.get(BID).text)
    assert "2 of 17 tasks done" in page
    assert page.count("From the record of Wrackline Sensing Ltd") == 2
    assert "Supporting documents You need not add any Optional" in page
    with app.app_context():
        bid = db.session.query(Application).one()
        documents = bid.round.rules.question("documents")
        assert documents is not None
        file = examine("tides.csv", files.CSV, bid_files.terms_of(documents))
        bid_files.add(bid, documents, file, bid.lead)
    assert "3 of 18 tasks done" in main(browser.get(BID).text)


def test_a_withdrawn_bid_hears_no_more(app: Flask, stages: Stages) -> None:
    browser = signed_in(app, stages.copied("sent_bid", factory.lead_of_sent_bid))
    assert "By 17 February 2027" in main(browser.get("/bids").text)
    with app.app_context():
        bid = db.session.query(Application).one()
        submissions.withdraw(bid, "We go on without it.", bid.lead)
    page = main(browser.get("/bids").text)
    assert ("No bid is with us now" in page, "17 February" in page) == (True, False)


def test_what_is_optional_is_never_what_must_be_done_next(app: Flask, stages: Stages) -> None:
    browser = signed_in(app, stages.copied("complete_draft", factory.lead_of_complete_draft))
    following, going, _ = BeautifulSoup(browser.get(BID).text, "html.parser").select(".app-band__answer")
    assert following.get_text() == "Check your answers and submit"
    assert going.get_text() == "17 of 18 tasks done"
