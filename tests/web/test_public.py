"""What anybody can open: the home page, a round with everything it fixed, the plain pages."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from tests.factories import people, rounds
from tests.web.browsing import signed_in


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def heading(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").h1
    assert found is not None
    return " ".join(found.get_text().split())


@pytest.fixture
def open_call(app: Flask, database: None) -> str:
    with app.app_context():
        rounds.begin_demo()
        return rounds.open_round(people.officer()).ref


def test_the_home_page_says_that_nothing_is_open(client: FlaskClient) -> None:
    page = client.get("/")
    assert (page.status_code, heading(page.text)) == (200, "No round is open now")


def test_the_home_page_names_an_open_round_and_its_close(client: FlaskClient, open_call: str) -> None:
    page = client.get("/")
    assert heading(page.text) == "One round is open for bids"
    assert "Closes in 46 days 1 hour 12:00 (UK time), Friday 18 December 2026" in text_of(page.text)
    assert f'href="/rounds/{open_call}"' in page.text


def test_a_round_not_yet_open_is_coming_and_a_closed_one_tells_when_people_hear(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.published_round(people.officer())
    assert "Opens 09:00 (UK time), 2 November 2026" in text_of(client.get("/").text)
    assert "You can start your bid when the round opens" in text_of(client.get("/rounds/FIF7").text)
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    assert "Everybody who applied hears by 17 February 2027" in text_of(client.get("/").text)
    closed = client.get("/rounds/FIF7").text
    assert ("Start or continue" in closed, "This round takes no more bids" in closed) == (False, True)


def test_a_round_shows_everything_it_fixed(app: Flask, client: FlaskClient, open_call: str) -> None:
    page = client.get(f"/rounds/{open_call}")
    said = text_of(page.text)
    with app.app_context():
        call = db.session.query(Round).one()
        sha256, rules = call.terms_sha256, call.rules
    assert sha256 is not None
    assert sha256 in page.text
    for question in rules.questions:
        assert question.label in said
    for criterion in rules.criteria:
        assert f"{criterion.name} {criterion.guide[-1]} {criterion.weight}%" in said
    for fact in ("Up to £75,000", "and at least £25,000", "50%", "£800,000", "in 2026-27 and 2027-28"):
        assert fact in said


def test_a_rolling_round_counts_to_its_next_cut_off(app: Flask, client: FlaskClient) -> None:
    cut_off = datetime(2026, 11, 30, 12, tzinfo=UTC)
    with app.app_context():
        rounds.begin_demo()
        rounds.open_rolling_round(people.officer(), (cut_off, cut_off + timedelta(days=60)))
    said = text_of(client.get("/rounds/LCRV1").text)
    assert "Next cut-off in 35 days 12:00 (UK time), Monday 30 November 2026" in said
    assert ("In return for Shares" in said, "Round closes" in said) == (True, False)


@pytest.mark.parametrize("ref", ["FIF8", "fif7", "FIF7'--", "x" * 500, "%E2%80%AE"])
def test_a_round_that_is_not_there_is_no_page(client: FlaskClient, open_call: str, ref: str) -> None:
    assert client.get(f"/rounds/{ref}").status_code == 404


def test_a_round_being_set_up_is_nobodys_to_see(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.planned_round(people.officer())
    assert client.get("/rounds/FIF7").status_code == 404


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/how-we-decide", "How we decide"),
        ("/accessibility", "Accessibility"),
        ("/privacy", "Privacy"),
    ],
)
def test_the_plain_pages_open(client: FlaskClient, address: str, title: str) -> None:
    page = client.get(address)
    assert (page.status_code, heading(page.text)) == (200, title)


def test_public_pages_take_few_statements(app: Flask, open_call: str, count_statements) -> None:  # type: ignore[no-untyped-def]
    with app.app_context():
        officer = people.officer("Second Officer")
        cut_off = datetime(2026, 11, 30, 12, tzinfo=UTC)
        rounds.open_rolling_round(officer, (cut_off,))
        reader = signed_in(app, officer.id)
    for address in ("/", "/rounds/FIF7", "/rounds/LCRV1"):
        reader.get(address)  # A process reads the rules of a round once.
        with count_statements() as statements:
            assert reader.get(address).status_code == 200
        assert len(statements) <= 7, (address, statements)
