"""The team of a bid on its pages: asked in by mail, joined with one press, each part kept to everywhere."""

import re

import psycopg
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql

from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.models.teams import BidMember
from tests.factories import bids as factory
from tests.factories import people
from tests.stages import Stages
from tests.web.browsing import PASSWORD, send, signed_in, token_in

BID = "/bids/FIF7-0001"
TEAM = f"{BID}/team"
FREYA = "freya@gmail.com"
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
HOLDS = sql.SQL("SELECT FROM {1} WHERE strpos({0}::text, %(text)s) + strpos({0}::text, %(bytes)s) > 0")


@pytest.fixture
def lead(app: Flask, stages: Stages) -> FlaskClient:
    """The lead of the one draft, signed in."""
    return signed_in(app, stages.copied("complete_draft", factory.lead_of_complete_draft))


def invite(lead: FlaskClient, part: str, email: str = FREYA) -> None:
    asked = send(lead, f"{TEAM}/invite", {"email": email, "part": part}, page=TEAM)
    assert asked.location == TEAM


def link_to(app: Flask, email: str) -> str:
    with app.app_context():
        mails = db.session.query(Message).filter_by(to_address=email).order_by(Message.id)
        found = re.search(r"(/account/link/\S+)", mails.all()[-1].body_text)
    assert found is not None
    return found[1]


def joined(app: Flask, lead: FlaskClient, part: str) -> FlaskClient:
    """Freya's browser, after she has joined without an account before."""
    invite(lead, part)
    freya = app.test_client()
    given = {"name": "Freya Gale", "password": PASSWORD}
    done = send(freya, link_to(app, FREYA), given)
    assert done.status_code == 302
    return freya


def main_of(page: str) -> BeautifulSoup:
    found = BeautifulSoup(page, "html.parser").main
    assert found is not None
    return found  # type: ignore[return-value]


def person_id(app: Flask, email: str) -> int:
    with app.app_context():
        return db.session.query(Person.id).filter_by(email=email).scalar()  # type: ignore[no-any-return]


def test_an_invitation_is_sent_shown_and_taken_up(app: Flask, lead: FlaskClient) -> None:
    invite(lead, "finance")
    assert FREYA in main_of(lead.get(TEAM).text).text
    page = app.test_client().get(link_to(app, FREYA))
    said = " ".join(main_of(page.text).text.split())
    assert "Marguerite Osei asks you to take part in a bid" in said
    assert "Writes the money and, after an award, the claims" in said
    freya = app.test_client()
    refused = send(freya, link_to(app, FREYA), {"name": "Freya Gale", "password": "password123"})
    assert refused.status_code == 400
    assert send(freya, link_to(app, FREYA), {"name": "Freya Gale", "password": PASSWORD}).location == "/bids"
    assert freya.get(BID).status_code == 200
    spent = app.test_client().get(link_to(app, FREYA))
    assert spent.status_code == 410


def test_somebody_with_an_account_joins_with_one_press(app: Flask, lead: FlaskClient) -> None:
    with app.app_context():
        people.applicant("Freya Gale", FREYA)
    invite(lead, "writer")
    freya = app.test_client()
    page = freya.get(link_to(app, FREYA))
    assert main_of(page.text).select("input[type=password], input[name=name]") == []
    send(freya, link_to(app, FREYA), {})
    assert freya.get(f"{BID}/questions/problem").status_code == 200


def test_an_address_is_one_account_however_it_is_written(app: Flask, lead: FlaskClient) -> None:
    with app.app_context():
        people.applicant("Freya Gale", FREYA)
        accounts = db.session.query(Person).count()
    invite(lead, "writer", "FREYA@Gmail.COM")
    freya = app.test_client()
    assert send(freya, link_to(app, FREYA), {}).status_code == 302
    assert freya.get(f"{BID}/questions/problem").status_code == 200
    with app.app_context():
        assert db.session.query(Person).count() == accounts


@pytest.mark.parametrize("joining", [{}, {"name": "Freya Gale", "password": PASSWORD}])
def test_whoever_else_is_signed_in_gets_nothing_by_the_link(
    app: Flask, lead: FlaskClient, joining: dict[str, str]
) -> None:
    with app.app_context():
        stranger_id = people.applicant("Nosy Parker", "nosy@rival.example").id
        if not joining:
            people.applicant("Freya Gale", FREYA)
    invite(lead, "writer")
    browser = signed_in(app, stranger_id)
    assert browser.get(link_to(app, FREYA)).status_code == 200
    assert browser.get(BID).status_code == 404
    assert send(browser, link_to(app, FREYA), joining).status_code == 302
    assert signed_in(app, stranger_id).get(BID).status_code == 404
    with app.app_context():
        (member,) = db.session.query(BidMember)
        assert member.person_id == person_id(app, FREYA)


def test_the_secret_of_a_link_stands_in_its_mail_alone(
    app: Flask, lead: FlaskClient, settings: Settings
) -> None:
    invite(lead, "writer")
    token = link_to(app, FREYA).removeprefix("/account/link/")
    assert columns_that_hold(settings, token) == ["messages.body_text"]
    send(app.test_client(), link_to(app, FREYA), {"name": "Freya Gale", "password": PASSWORD})
    assert columns_that_hold(settings, token) == ["messages.body_text"]


def columns_that_hold(settings: Settings, secret: str) -> list[str]:
    """Every column of the database in which these signs stand, as text or as bytes."""
    either = {"text": secret, "bytes": secret.encode().hex()}
    with psycopg.connect(str(settings.migrator_url)) as everything:
        return [
            f"{table}.{column}"
            for table, column in everything.execute(COLUMNS).fetchall()
            if everything.execute(
                HOLDS.format(sql.Identifier(column), sql.Identifier(table)), either
            ).rowcount
        ]


@pytest.mark.parametrize(
    ("part", "opens", "closed"),
    [
        (
            "reader",
            ["", "/check", "/team", "/questions/problem/history"],
            ["/money", "/project", "/withdraw"],
        ),
        ("finance", ["", "/check", "/team", "/money"], ["/project", "/questions/problem", "/withdraw"]),
        ("writer", ["", "/check", "/money", "/project", "/questions/problem"], ["/withdraw"]),
    ],
)
def test_a_part_opens_its_pages_and_no_others(
    app: Flask, lead: FlaskClient, part: str, opens: list[str], closed: list[str]
) -> None:
    freya = joined(app, lead, part)
    assert {place: freya.get(BID + place).status_code for place in opens} == dict.fromkeys(opens, 200)
    assert {place: freya.get(BID + place).status_code for place in closed} == dict.fromkeys(closed, 403)


@pytest.mark.parametrize("part", ["reader", "finance", "writer"])
def test_no_page_shows_a_part_a_door_that_is_closed_to_it(app: Flask, lead: FlaskClient, part: str) -> None:
    freya = joined(app, lead, part)
    for place in ("", "/check", "/team"):
        links = {
            str(each["href"]) for each in main_of(freya.get(BID + place).text).select("a[href^='/bids/']")
        }
        assert {link: freya.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    forms = {str(each["action"]) for each in main_of(freya.get(TEAM).text).select("form")}
    assert forms == {f"{TEAM}/{person_id(app, FREYA)}/remove"}


def test_a_reader_presses_nothing_that_changes_the_bid(app: Flask, lead: FlaskClient) -> None:
    freya = joined(app, lead, "reader")
    token = token_in(freya.get(TEAM).text)
    places = ("submit", "questions/problem", "questions/problem/autosave", "money", "project", "team/invite")
    answers = {place: freya.post(f"{BID}/{place}", data={"csrf_token": token}) for place in places}
    assert {place: answer.status_code for place, answer in answers.items()} == dict.fromkeys(places, 403)


def test_the_lead_changes_a_part_and_removes_somebody(app: Flask, lead: FlaskClient) -> None:
    freya = joined(app, lead, "reader")
    her = f"{TEAM}/{person_id(app, FREYA)}"
    send(lead, f"{her}/part", {"part": "writer"}, page=TEAM)
    assert freya.get(f"{BID}/project").status_code == 200
    for wrong in ("lead", "", "nobody"):
        assert send(lead, f"{her}/part", {"part": wrong}, page=TEAM).status_code == 400
    send(lead, f"{her}/remove", {}, page=TEAM)
    assert freya.get(BID).status_code == 404


def test_the_lead_is_handed_over_from_page_to_page(app: Flask, lead: FlaskClient) -> None:
    freya = joined(app, lead, "writer")
    send(lead, f"{TEAM}/{person_id(app, FREYA)}/lead", {}, page=TEAM)
    assert "Freya Gale has not answered yet" in lead.get(TEAM).text
    assert "Do you take the lead of this bid?" in freya.get(TEAM).text
    send(freya, f"{TEAM}/lead/take", {}, page=TEAM)
    assert (freya.get(f"{BID}/withdraw").status_code, lead.get(f"{BID}/withdraw").status_code) == (200, 403)
    with app.app_context():
        assert db.session.query(Application).one().lead.email == FREYA


def test_an_offer_is_refused_or_taken_back(app: Flask, lead: FlaskClient) -> None:
    freya = joined(app, lead, "writer")
    offer = f"{TEAM}/{person_id(app, FREYA)}/lead"
    send(lead, offer, {}, page=TEAM)
    send(freya, f"{TEAM}/lead/refuse", {}, page=TEAM)
    assert "has not answered yet" not in lead.get(TEAM).text
    send(lead, offer, {}, page=TEAM)
    send(lead, f"{TEAM}/lead/take-back", {}, page=TEAM)
    late = freya.post(f"{TEAM}/lead/take", data={"csrf_token": token_in(freya.get(TEAM).text)})
    assert late.location == TEAM
    assert "The lead of this bid is not offered to you now." in freya.get(TEAM).text


def test_an_invitation_is_stopped(app: Flask, lead: FlaskClient) -> None:
    invite(lead, "reader")
    stop = main_of(lead.get(TEAM).text).select_one("form[action*=stop]")
    assert stop is not None
    send(lead, str(stop["action"]), {}, page=TEAM)
    assert app.test_client().get(link_to(app, FREYA)).status_code == 410


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"email": "", "part": "reader"}, "Enter their e-mail address"),
        ({"email": "no address", "part": "reader"}, "Enter an e-mail address"),
        ({"email": FREYA, "part": "lead"}, "Choose what they may do"),
        ({"email": FREYA}, "Choose what they may do"),
        ({"email": "marguerite@wrackline.example", "part": "reader"}, "They take part in this bid already"),
    ],
)
def test_a_wrong_invitation_says_what_is_wrong_with_it(
    lead: FlaskClient, sent: dict[str, str], says: str
) -> None:
    refused = send(lead, f"{TEAM}/invite", sent, page=TEAM)
    assert refused.status_code in (400, 409)
    assert says in main_of(refused.text).text


def test_whoever_leads_no_bid_of_this_kind_sees_no_team(app: Flask, lead: FlaskClient) -> None:
    with app.app_context():
        stranger_id = people.applicant("Nosy Parker", "nosy@rival.example").id
    assert signed_in(app, stranger_id).get(TEAM).status_code == 404
