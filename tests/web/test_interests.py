"""An assessor's own interests: declared once by company number, and kept from everybody else."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.assessments import Assessment, Interest
from fundapp.services import assessment
from tests.factories import reading
from tests.web.browsing import send, signed_in, somebody
from workflows.actors import Role

PAGE = "/assess/interests"


@pytest.fixture
def assessor(app: Flask, database: None) -> FlaskClient:
    return somebody(app, Role.ASSESSOR)


def declared(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [(each.company_number, each.kind) for each in db.session.query(Interest)]


def test_nothing_declared_says_what_would_be_here(assessor: FlaskClient) -> None:
    page = assessor.get(PAGE)
    assert "You have declared no tie to a company" in page.text
    assert 'href="/assess/interests"' in assessor.get("/assess").text


def test_a_tie_is_declared_once_however_it_is_written(app: Flask, assessor: FlaskClient) -> None:
    for written in ("1234567", "01234567"):
        answer = send(assessor, PAGE, {"company": written, "kind": "past_employer"})
        assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert declared(app) == [("01234567", "past_employer")]
    page = assessor.get(PAGE).text
    assert "You declared a tie to one company" in page
    assert "I used to work for it" in page


def test_a_wrong_answer_keeps_what_was_written_and_says_why(app: Flask, assessor: FlaskClient) -> None:
    answer = send(assessor, PAGE, {"company": "not a number"})
    assert answer.status_code == 400
    for said in ("Choose how you are tied to it", 'value="not a number"', "There is a problem"):
        assert said in answer.text
    assert declared(app) == []


def test_a_declared_conflict_is_listed_without_a_way_into_the_bid(app: Flask, database: None) -> None:
    with app.app_context():
        mine = reading.readings(reading.invited().bids[0])[0]
        assessment.declare_conflict(mine, mine.assessor, reason="My sister works there.")
        number, person = mine.id, mine.assessor_id
    page = signed_in(app, person).get(PAGE).text
    assert "Firm 1 Ltd" in page
    assert f'href="/assess/{number}"' not in page
    with app.app_context():
        assert db.session.get_one(Assessment, number).conflict_at is not None


def test_the_page_takes_few_statements(app: Flask, assessor: FlaskClient, count_statements) -> None:  # type: ignore[no-untyped-def]
    assessor.get(PAGE)
    with count_statements() as seen:
        assessor.get(PAGE)
    assert len(seen) <= 6, seen
