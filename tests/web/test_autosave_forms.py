"""Forms of several boxes saved while they are written: the project, and what belongs to the organisation."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.organisations import Organisation, SizeFacts
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import bids, organisations, size_facts
from fundapp.services.bids import Project
from fundapp.services.organisations import Place
from fundapp.services.size_facts import Said
from fundapp.web.fields.written import TAKEN_OUT
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import VERSION, signed_in, token_in

SCRIPT = {"Accept": "application/json"}
BID = "/bids/FIF7-0001"
PROJECT = {
    "title": "Lamps that see fog",
    "summary": "Lamps for docks.\r\n\r\nThey see fog.",
    "theme": "digitalisation",
    "starts_on": ["1", "4", "2027"],
    "months": "12",
}
PLACE = {
    "name": "Wrackline Ltd",
    "postcode": "ch411aa",
    "authority": "E08000015",
    "legal_form": "society",
    "registered_postcode": "",
}
SIZE = {
    "year_ended_on": ["31", "3", "2026"],
    "months": "",
    "staff_count": "14",
    "turnover_pence": "£900k",
    "gross_assets_pence": "200,000",
}
YEAR = date(2026, 3, 31)


class Page:
    """A page with a form as its script sees it."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        shown = client.get(address).text
        self.token = token_in(shown)
        found = VERSION.search(shown)
        self.version = found[1] if found else ""

    def save(self, data: dict[str, Any], **more: Any) -> TestResponse:
        hidden = {"csrf_token": self.token, "version": self.version}
        said = self.client.post(f"{self.address}/autosave", data=hidden | data | more, headers=SCRIPT)
        self.version = str((said.json or {}).get("version", self.version))
        return said


@pytest.fixture
def lead_id(app: Flask, database: None) -> int:
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        lead = people.applicant()
        factory.draft(call, lead, factory.firm(lead))
        return lead.id


@pytest.fixture
def client(app: Flask, lead_id: int) -> FlaskClient:
    return signed_in(app, lead_id)


def project_kept(app: Flask) -> tuple[Project, int]:
    with app.app_context():
        bid = db.session.query(Application).one()
        return bids.project_of(bid), bid.project_version


def told(said: TestResponse, status: int) -> dict[str, Any]:
    assert said.status_code == status, said.text
    found: dict[str, Any] = said.json  # type: ignore[assignment]
    return found


def test_the_project_is_saved_as_it_is_written(
    app: Flask, client: FlaskClient, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    page = Page(client, f"{BID}/project")
    first = int(page.version)
    assert told(page.save({"title": PROJECT["title"]}), 200)["version"] == first + 1
    with count_statements() as seen:
        assert told(page.save(PROJECT), 200)["version"] == first + 2
    assert len(seen) <= 12, seen
    written = Project(
        "Lamps that see fog", "Lamps for docks.\n\nThey see fog.", "digitalisation", date(2027, 4, 1), 12
    )
    assert project_kept(app) == (written, first + 2)
    assert told(page.save(PROJECT, version="0"), 200)["version"] == first + 2
    assert client.get(f"{BID}/project").text.count("data-autosave") == 1


def test_what_cannot_be_read_is_told_at_its_box_and_nothing_is_kept(app: Flask, client: FlaskClient) -> None:
    page, before = Page(client, f"{BID}/project"), project_kept(app)
    wrong = told(page.save(PROJECT, months="twelve", starts_on=["31", "2", "2027"], title="a\x00b"), 400)
    assert wrong["mistakes"] == {
        "title": TAKEN_OUT,
        "starts_on": "There is no such day: enter a real date, like 23 11 2026",
        "months": "Enter a whole number, like 12",
    }
    assert told(page.save(PROJECT, theme="nonsense"), 400)["mistakes"] == {
        "theme": "Choose one of the answers on the page"
    }
    assert project_kept(app) == before


def test_what_is_still_empty_waits_until_the_button_is_pressed(app: Flask, client: FlaskClient) -> None:
    page, before = Page(client, f"{BID}/project"), project_kept(app)
    assert told(page.save(PROJECT, title=""), 400) == {"waits": "Still to fill in: Title"}
    pressed = told(page.save(PROJECT, title="", pressed="1"), 400)
    assert pressed["mistakes"] == {"title": "Give the project a title"}
    assert project_kept(app) == before


def test_a_project_saved_by_somebody_else_comes_back_in_its_boxes(app: Flask, client: FlaskClient) -> None:
    page = Page(client, f"{BID}/project")
    with app.app_context():
        bid = db.session.query(Application).one()
        theirs = Project("Theirs", "Their words.", "digitalisation", date(2027, 5, 2), None)
        colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
        people.join(bid.organisation, colleague)
        now = bids.save_project(bid, theirs, bid.project_version, colleague).project_version
    stale = told(page.save(PROJECT), 409)
    assert stale == {
        "theirs": {
            "title": ["Theirs"],
            "summary": ["Their words."],
            "theme": ["digitalisation"],
            "starts_on": ["2", "5", "2027"],
            "months": [""],
        },
        "version": now,
        "saved_at": "10:00:00",
        "who": "Tomasz Bell",
    }
    plain = client.post(f"{BID}/project", data={"csrf_token": page.token, "version": "1", **PROJECT})
    assert "since 10:00 (UK time), 2 November 2026, by Tomasz Bell:" in plain.text
    assert 'data-saved-by="Tomasz Bell"' in client.get(f"{BID}/project").text
    assert told(page.save(PROJECT), 200)["version"] == now + 1


def test_after_the_close_the_reason_is_told(app: Flask, client: FlaskClient, lead_id: int) -> None:
    page, before = Page(client, f"{BID}/project"), project_kept(app)
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    late = signed_in(app, lead_id)
    page.client, page.token = late, token_in(late.get("/bids").text)
    assert "closed" in told(page.save(PROJECT), 409)["error"]
    assert project_kept(app) == before


def test_a_place_is_saved_once_and_another_members_is_not_put_over(app: Flask, client: FlaskClient) -> None:
    page = Page(client, f"{BID}/questions/who_you_are")
    assert page.version == "0"
    told(page.save(PLACE), 200)
    told(page.save(PLACE, version="0"), 200)
    with app.app_context():
        firm = db.session.query(Organisation).one()
        assert organisations.place_of(firm) == Place(
            "Wrackline Ltd", "CH41 1AA", "E08000015", None, "society"
        )
        assert db.session.query(Event).filter_by(case_kind="organisation", action="update").count() == 1
        colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
        people.join(firm, colleague)
        organisations.update(
            firm, Place("Wrackline Sensing", "L3 1BP", "E08000012", "L3 1BP", "charity"), colleague
        )
    stale = told(page.save(PLACE, name="Wrackline Lamps"), 409)
    assert stale["theirs"] == {
        "name": ["Wrackline Sensing"],
        "postcode": ["L3 1BP"],
        "authority": ["E08000012"],
        "legal_form": ["charity"],
        "registered_postcode": ["L3 1BP"],
    }
    assert (stale["who"], stale["saved_at"][:5]) == ("Tomasz Bell", "10:00")
    assert told(page.save(PLACE, authority="E99"), 400)["mistakes"] == {"authority": "Choose the district"}
    told(page.save(PLACE, name="Wrackline Lamps"), 200)
    with app.app_context():
        assert db.session.query(Organisation).one().name == "Wrackline Lamps"


def test_a_size_is_saved_once_it_is_whole_and_corrected_by_a_pause(app: Flask, client: FlaskClient) -> None:
    page = Page(client, f"{BID}/questions/size_and_sites")
    waits = told(page.save({"year_ended_on": SIZE["year_ended_on"], "staff_count": "14"}), 400)
    assert waits == {
        "waits": "Still to fill in: What was its turnover in that year?; What are its gross assets?"
    }
    saved = told(page.save(SIZE), 200)
    assert "has changed" in saved["aside"]
    assert "31 March 2026" in saved["parts"]["counted"]
    corrected = told(page.save(SIZE, staff_count="15"), 200)
    assert corrected["version"] > saved["version"]
    again = told(page.save(SIZE, staff_count="15"), 200)
    assert (again["version"], again["aside"]) == (corrected["version"], "")
    assert sizes(app) == [(YEAR, 15)]
    assert "has changed" not in client.get(BID).text


def test_a_pause_opens_no_other_year_and_a_press_does(app: Flask, client: FlaskClient) -> None:
    page = Page(client, f"{BID}/questions/size_and_sites")
    told(page.save(SIZE), 200)
    other = SIZE | {"year_ended_on": ["31", "3", "2025"], "staff_count": "9"}
    assert "another year" in told(page.save(other), 409)["waits"]
    assert sizes(app) == [(YEAR, 14)]
    assert told(page.save(other, pressed="1"), 200)["version"] == int(page.version)
    assert sizes(app) == [(YEAR, 14), (date(2025, 3, 31), 9)]
    assert "Those of the latest year, ended 31 March 2026, count." in " ".join(client.get(BID).text.split())
    nothing = {**SIZE, "year_ended_on": ["", "", ""], "no_accounts": "y"}
    assert "Take" not in told(page.save(nothing), 409).get("error", "")
    assert "You gave figures" in told(page.save(nothing, pressed="1"), 409)["error"]


def test_figures_of_another_member_are_shown_and_not_put_over(app: Flask, client: FlaskClient) -> None:
    address = f"{BID}/questions/size_and_sites"
    page = Page(client, address)
    with app.app_context():
        firm = db.session.query(Organisation).one()
        who = db.session.query(Person).filter_by(email="marguerite@wrackline.example").one()
        size_facts.state(firm, Said(20, 100_00, 50, YEAR, 9), who)
    stale = told(page.save(SIZE), 409)
    assert (stale["who"], stale["theirs"]) == (
        "you",
        {
            "year_ended_on": ["31", "3", "2026"],
            "months": ["9"],
            "staff_count": ["20"],
            "turnover_pence": ["100"],
            "gross_assets_pence": ["0.50"],
        },
    )
    plain = client.post(address, data={"csrf_token": page.token, "version": "1", **SIZE})
    assert plain.status_code == 409
    assert "by you, in another window:" in plain.text
    assert 'value="£900k"' in plain.text
    assert f'name="version" value="{stale["version"]}"' in plain.text
    assert sizes(app) == [(YEAR, 20)]
    with app.app_context():
        assert db.session.query(SizeFacts).count() == 2


def sizes(app: Flask) -> list[tuple[date | None, int | None]]:
    with app.app_context():
        firm = db.session.query(Organisation.id).scalar()
        return [(each.year_ended_on, each.staff_count) for each in queries.sizes_of(firm)]
