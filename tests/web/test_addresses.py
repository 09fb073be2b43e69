"""Another e-mail address: nothing changes before its own link is opened, and then nothing is lost."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.queries import teams as team_queries
from fundapp.services import teams
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import PASSWORD, hash_of_the_password, send, signed_in
from workflows.team import Part

OLD, NEW = "ada@quay.example", "ada.quay@harbour.example"


@pytest.fixture
def ada_id(app: Flask, database: None) -> int:
    """Somebody with a password and a draft."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        ada = people.applicant("Ada Quay", OLD)
        with transaction():
            db.session.get_one(Person, ada.id).password_hash = hash_of_the_password()
        factory.draft(call, ada, factory.firm(ada))
        return ada.id


@pytest.fixture
def ada(app: Flask, ada_id: int) -> FlaskClient:
    return signed_in(app, ada_id)


def mails(app: Flask, address: str) -> list[str]:
    with app.app_context():
        found = db.session.query(Message.subject).filter_by(to_address=address).order_by(Message.id)
        return [subject for (subject,) in found]


def link_to(app: Flask, address: str) -> str:
    with app.app_context():
        body = (
            db.session.query(Message.body_text).filter_by(to_address=address).order_by(Message.id).all()[-1]
        )
    found = re.search(r"(/account/link/\S+)", body[0])
    assert found is not None
    return found[1]


def address_of(app: Flask, person_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Person, person_id).email


def test_the_address_changes_when_its_link_is_pressed_and_everything_stays(
    app: Flask, ada: FlaskClient, ada_id: int
) -> None:
    elsewhere = signed_in(app, ada_id)
    asked = send(ada, "/account/email", {"email": NEW.upper(), "password": PASSWORD})
    assert (asked.status_code, address_of(app, ada_id)) == (200, OLD)
    page = app.test_client().get(link_to(app, NEW))
    assert f"Use {NEW} from now on" in page.text
    assert address_of(app, ada_id) == OLD
    assert send(ada, link_to(app, NEW), {}).status_code == 302
    assert address_of(app, ada_id) == NEW
    assert (ada.get("/bids/FIF7-0001").status_code, elsewhere.get("/account").status_code) == (200, 302)
    assert mails(app, OLD) == ["Your e-mail address was changed"]
    fresh = app.test_client()
    assert send(fresh, "/sign-in", {"email": NEW, "password": PASSWORD}).status_code == 302
    assert send(app.test_client(), "/sign-in", {"email": OLD, "password": PASSWORD}).status_code == 400


def test_a_wrong_password_changes_nothing(app: Flask, ada: FlaskClient) -> None:
    refused = send(ada, "/account/email", {"email": NEW, "password": "not the password"})
    assert (refused.status_code, mails(app, NEW)) == (400, [])


def test_somebody_who_signs_in_by_link_needs_no_password(app: Flask, ada: FlaskClient, ada_id: int) -> None:
    with app.app_context(), transaction():
        db.session.get_one(Person, ada_id).password_hash = None
    assert send(ada, "/account/email", {"email": NEW}).status_code == 200
    assert mails(app, NEW) == ["Confirm your new e-mail address"]


def test_an_address_in_use_is_not_given_away_and_its_holder_is_told(
    app: Flask, ada: FlaskClient, ada_id: int
) -> None:
    with app.app_context():
        people.applicant("Other", NEW)
    said = send(ada, "/account/email", {"email": NEW, "password": PASSWORD})
    assert (said.status_code, mails(app, NEW)) == (200, ["Somebody asked for your address"])
    assert address_of(app, ada_id) == OLD


def test_an_address_taken_meanwhile_is_refused(app: Flask, ada: FlaskClient, ada_id: int) -> None:
    send(ada, "/account/email", {"email": NEW, "password": PASSWORD})
    with app.app_context():
        people.applicant("Other", NEW)
    assert send(ada, link_to(app, NEW), {}).status_code == 410
    assert address_of(app, ada_id) == OLD


def test_a_link_works_once_and_is_not_renewed_by_anybody(app: Flask, ada: FlaskClient, ada_id: int) -> None:
    send(ada, "/account/email", {"email": NEW, "password": PASSWORD})
    link = link_to(app, NEW)
    send(ada, link, {})
    spent = app.test_client()
    assert spent.get(link).status_code == 410
    before = mails(app, NEW)
    send(spent, f"{link}/again", {}, page=link)
    assert mails(app, NEW) == before


def test_an_invitation_that_waits_follows_the_person(app: Flask, ada: FlaskClient, ada_id: int) -> None:
    with app.app_context():
        lead = people.applicant("Lena Lead", "lena@elsewhere.example")
        call = db.session.query(Application).one().round
        firm = factory.firm(lead, factory.FIRM.__class__(name="Elsewhere"))
        other = factory.draft(call, lead, firm, "Another idea")
        teams.invite(other, OLD, Part.READER, lead)
        reference = other.reference
    invitation = link_to(app, OLD)
    send(ada, "/account/email", {"email": NEW, "password": PASSWORD})
    send(ada, link_to(app, NEW), {})
    assert send(ada, invitation, {}).status_code == 302
    with app.app_context():
        bid = db.session.query(Application).filter_by(reference=reference).one()
        assert [member.person_id for member in team_queries.team_of(bid)][1:] == [ada_id]
