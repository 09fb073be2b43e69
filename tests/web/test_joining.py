"""Asking to act for an organisation, and answering, on the pages of all three parties."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.access import part_in
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.organisations import MembershipRequest
from fundapp.models.people import Person
from fundapp.services.organisations import Details
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import send, signed_in

NEW = "/bids/new?round=FIF7"
BEGUN = {
    "title": "Ours too",
    "organisation": "new",
    "name": "Wrackline",
    "company_number": factory.FIRM.company_number,
    "postcode": "L3 1BP",
}
HOME = re.compile(r'href="(/organisations/\d+)"')
ANSWER = re.compile(r'action="([^"]*/joining/\d+)"')


@pytest.fixture
def lead(app: Flask, database: None) -> FlaskClient:
    with app.app_context():
        rounds.begin_demo()
        person = people.applicant()
        factory.draft(rounds.open_round(people.officer()), person, factory.firm(person))
        return signed_in(app, person.id)


@pytest.fixture
def tomasz(app: Flask, lead: FlaskClient) -> FlaskClient:
    with app.app_context():
        number = people.applicant("Tomasz Bell", "tomasz@wrackline.example").id
    return signed_in(app, number)


def said(page: TestResponse) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def address_on(page: TestResponse, kind: re.Pattern[str]) -> str:
    found = kind.search(page.text)
    assert found is not None
    return found[1]


def part_of_tomasz(app: Flask) -> str | None:
    with app.app_context():
        who = db.session.query(Person).filter_by(name="Tomasz Bell").one()
        part = part_in(who, db.session.query(Application).filter_by(reference="FIF7-0001").one())
        return part.value if part else None


def test_who_is_not_known_there_asks_and_is_let_in_by_its_people(
    app: Flask, lead: FlaskClient, tomasz: FlaskClient
) -> None:
    refused = send(tomasz, NEW, BEGUN)
    assert refused.status_code == 409
    assert "Ask its people below, or put the number right." in said(refused)
    asked = send(tomasz, NEW, {**BEGUN, "ask": "1"})
    assert (asked.status_code, asked.location) == (302, "/bids")
    assert "Its people have not answered yet" in said(tomasz.get("/bids"))
    home = address_on(lead.get("/bids"), HOME)
    page = lead.get(home)
    address = address_on(page, ANSWER)
    assert "Tomasz Bell tomasz@wrackline.example Asked on 2 November 2026" in said(page)
    for wrong in ({}, {"answer": "maybe"}):
        assert send(lead, address, wrong, page=home).status_code == 400
    assert part_of_tomasz(app) is None
    assert send(lead, address, {"answer": "in"}, page=home).location == home
    assert "Tomasz Bell acts for Wrackline Sensing Ltd now." in said(lead.get(home))
    assert send(lead, address, {"answer": "out"}, page=home).status_code == 409
    assert part_of_tomasz(app) == "writer"
    assert "have not answered" not in said(tomasz.get("/bids"))
    assert send(tomasz, NEW, BEGUN).status_code == 302


def test_one_list_at_the_top_names_every_mistake_in_the_beginning_of_a_bid(tomasz: FlaskClient) -> None:
    page = send(tomasz, NEW, {"title": "", "name": "", "company_number": "", "postcode": ""})
    summaries = BeautifulSoup(page.text, "html.parser").select(".govuk-error-summary")
    assert [[str(link["href"]) for link in each.select("a")] for each in summaries] == [
        ["#title", "#name", "#postcode"]
    ]


def test_the_name_given_at_registration_stands_in_the_first_bid(
    app: Flask, lead: FlaskClient, tomasz: FlaskClient
) -> None:
    with app.app_context():
        db.session.query(Person).filter_by(name="Tomasz Bell").one().organisation_name = "Bell & Daughters"
        db.session.commit()
    assert 'value="Bell &amp; Daughters"' in tomasz.get(NEW).text
    assert BeautifulSoup(lead.get(NEW).text, "html.parser").select("#name")[0].get("value", "") == ""


def test_the_office_answers_in_their_place(app: Flask, lead: FlaskClient, tomasz: FlaskClient) -> None:
    send(tomasz, NEW, {**BEGUN, "ask": "1"})
    with app.app_context():
        officer = signed_in(app, people.officer("Una Other").id)
    page = officer.get("/office/joining")
    assert "One person asks to join an organisation" in said(page)
    assert "Marguerite Osei marguerite@wrackline.example" in said(page)
    address = address_on(page, ANSWER)
    assert send(officer, address, {}, page="/office/joining").status_code == 400
    assert send(officer, address, {"answer": "out"}, page="/office/joining").status_code == 302
    assert "Nobody waits to join an organisation" in said(officer.get("/office/joining"))
    assert send(officer, address, {"answer": "in"}, page="/office/joining").status_code == 409
    assert part_of_tomasz(app) is None


def test_a_request_is_answered_on_the_page_of_its_own_organisation_only(
    app: Flask, lead: FlaskClient, tomasz: FlaskClient
) -> None:
    send(tomasz, NEW, {**BEGUN, "ask": "1"})
    with app.app_context():
        rival = people.applicant("Nosy Parker", "nosy@rival.example")
        other = factory.firm(rival, Details(name="Rival Ltd", company_number="ZZ000149"))
        home = f"/organisations/{other.id}"
        address = f"{home}/joining/{db.session.query(MembershipRequest).one().id}"
        client = signed_in(app, rival.id)
    assert send(client, address, {"answer": "in"}, page="/bids").status_code == 404
    assert part_of_tomasz(app) is None
