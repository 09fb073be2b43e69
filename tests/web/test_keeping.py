"""What a bid's people keep: receipt and bid as PDF and as JSON, all that is there, none too early."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.bid_papers import PrintedBid
from fundapp.models.messages import ACCOUNT_MAIL, Message
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.services import bid_printing, submissions
from fundapp.transaction import transaction
from tests.access.browsers import Browser
from tests.factories import bids, people, rounds
from tests.factories.outbox import work_off
from tests.factories.world import World
from tests.letters.reading import running_text
from tests.letters.structure import findings
from tests.web.browsing import send, signed_in
from workflows.rules import schedule

BID = "/bids/FIF7-0001"
PDF, JSON = f"{BID}/versions/1/pdf", f"{BID}/versions/1/json"
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lead(app: Flask, database: None) -> FlaskClient:
    """The browser of somebody whose bid was sent in."""
    with app.app_context():
        rounds.begin_demo()
        who = people.applicant()
        bid = bids.complete_draft(rounds.open_round(people.officer()), who, bids.firm(who))
        bids.send_in(bid, who)
        work_off()
        return signed_in(app, who.id)


def test_the_paper_is_made_once_when_asked_for_and_says_all_that_was_sent(
    app: Flask, lead: FlaskClient
) -> None:
    app.extensions["pulse"].take()
    early = lead.get(PDF)
    assert (early.status_code, early.headers["Retry-After"]) == (503, "10")
    assert app.extensions["pulse"].take() == (1, 0, 0)
    assert "The PDF is not there yet" in early.text
    for _ in range(2):
        assert send(lead, PDF, {}, f"{BID}/receipt").headers["Location"] == PDF
    assert "The PDF is being made" in lead.get(f"{BID}/everything").text
    with app.app_context():
        work_off()
        version = db.session.query(Submission).one()
        assert db.session.query(OutboxRow).filter_by(kind="print_bid").count() == 1
        kept = db.session.query(PrintedBid).one().pdf_sha256
        content = version.content
        bid = db.session.get_one(Application, version.application_id)
        declared = list(bid.round.rules.declarations.values())
        received = schedule.local(version.submitted_at).strftime("%H:%M:%S (UK time)")
        bid_printing.fulfil({"submission_id": version.id}, None)  # type: ignore[arg-type]
    answer = lead.get(PDF)
    assert (answer.status_code, answer.mimetype, sha256(answer.data).hexdigest()) == (
        200,
        "application/pdf",
        kept,
    )
    assert findings(answer.data) == []
    said = running_text(answer.data)
    project = content["project"]
    for words in (
        content["reference"], received, content["signatory"], project["title"], "£118,400.00",
        "90% of the cost", "CH41 1AA",
        *(each["text"] for each in content["answers"].values() if "text" in each),
        *declared,
    ):  # fmt: skip
        assert words in said
    assert "/bids/FIF7-0001/versions/1/pdf" in lead.get(f"{BID}/receipt").text


def test_the_json_has_the_hash_of_the_receipt_and_stays_when_the_bid_changes(
    app: Flask, lead: FlaskClient
) -> None:
    first = lead.get(JSON)
    with app.app_context():
        version = db.session.query(Submission).one()
        assert sha256(first.data).hexdigest() == version.sha256
        assert json.loads(first.data) == version.content
    assert first.headers["Content-Disposition"] == 'attachment; filename="FIF7-0001-version-1.json"'
    assert lead.get(f"{BID}/draft/json").status_code == 404
    with app.app_context():
        bid = db.session.query(Application).one()
        submissions.reopen(bid, bid.lead)
    draft = json.loads(lead.get(f"{BID}/draft/json").data)
    assert (draft["version"], draft["signatory"], draft["declarations"]) == (0, "", [])
    assert draft["answers"] == json.loads(first.data)["answers"]
    assert lead.get(JSON).data == first.data
    for nothing in ("versions/2/json", "versions/2/pdf", "versions/0/json"):
        assert lead.get(f"{BID}/{nothing}").status_code == 404


def test_the_mail_is_a_receipt_of_its_own_press(app: Flask, lead: FlaskClient) -> None:
    with app.app_context():
        mail = db.session.query(Message).filter(Message.subject.like("We have received%")).one()
        version = db.session.query(Submission).one()
        for line in (
            f"Received: {schedule.exactly(version.submitted_at)}\n",
            "Reference: FIF7-0001\n",
            "Version: 1\n",
            f"SHA-256 of all you sent: {version.sha256}\n",
            "/receipts/check\n",
        ):
            assert line in mail.body_text


def test_one_page_lists_all_there_is_and_shows_no_decision_before_its_release(
    app: Flask, world: World, browsers: dict[str, Browser], count_statements: Counting
) -> None:
    with app.app_context():
        decided = (
            db.session.query(Application)
            .filter_by(reference=world.values["apply.outcome"]["reference"])
            .one()
        )
        hidden = (
            db.session.query(Application)
            .filter(Application.decision_release_at > rounds.BEGIN, Application.reference.like("%8-0001"))
            .one()
        )
        open_page, closed_page = (
            f"/bids/{decided.reference}/everything",
            f"/bids/{hidden.reference}/everything",
        )
    with count_statements() as sent:
        shown = browsers["owner"].ask("GET", open_page).text
    assert len(sent) <= 16
    for words in (
        "The decision, with the marks",
        "Offer of grant (PDF)",
        "SHA-256",
        ".csv",
        "We have received",
    ):
        assert words in shown
    kept_back = browsers["owner"].ask("GET", closed_page).text
    assert "Not yet: they come here when the decision is released" in kept_back
    assert "The decision, with the marks" not in kept_back
    assert browsers["rival"].ask("GET", open_page).status_code == 404


def test_everything_about_a_person_is_theirs_and_keeps_secrets(app: Flask, lead: FlaskClient) -> None:
    with app.app_context(), transaction():
        who = db.session.query(Person).filter_by(email="marguerite@wrackline.example").one()
        others = Message(
            key="signs-in", to_address=who.email, to_person_id=who.id, subject="Sign in",
            body_text="/link/secret", case_kind=ACCOUNT_MAIL, case_id=who.id, created_at=who.created_at,
            delivery="local", state="waiting",
        )  # fmt: skip
        db.session.add(others)
    answer = lead.get("/account/everything")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="everything-about-you.json"'
    found = answer.get_json()
    assert found["person"]["email"] == "marguerite@wrackline.example"
    assert [each["name"] for each in found["organisations"]] == ["Wrackline Sensing Ltd"]
    assert [(each["reference"], each["state"]) for each in found["bids"]] == [("FIF7-0001", "Received")]
    assert [each["words"] is None for each in found["messages"]] == [False, True]
    assert b"secret" not in answer.data
    assert "password_hash" not in answer.text
