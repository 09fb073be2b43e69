"""A question about a bid: asked by the office, answered on the bid's own page, its difference shown."""

import io
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp import clock
from tests.factories import reading
from tests.factories import region as made
from tests.factories.reading import Staged
from tests.web.browsing import send, signed_in

UNCLEAR = "Which site is the work done at?"
ANSWER = "We do the work in Wirral, at one site."
BID, OFFICE = "/bids/FIF7-0001", "/office/bids/FIF7-0001"


@pytest.fixture
def people(app: Flask, staged: Staged) -> tuple[int, int]:
    """Whoever checks a bid, and whoever made it."""
    with app.app_context():
        given = staged(reading.in_triage)
        return given.officer.id, given.region.applicants[0].id


@pytest.fixture
def both(app: Flask, people: tuple[int, int]) -> tuple[FlaskClient, FlaskClient]:
    """Their browsers."""
    officer, applicant = people
    return signed_in(app, officer), signed_in(app, applicant)


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def due(app: Flask, days: int) -> dict[str, str]:
    with app.app_context():
        day = clock.in_london(clock.now()).date() + timedelta(days=days)
    return {"due_on": f"{day.day}"} | {"month": f"{day.month}", "year": f"{day.year}"}


def question(app: Flask, days: int = 5) -> dict[str, object]:
    date = due(app, days)
    return {
        "questions": "problem",
        "unclear": UNCLEAR,
        "due_on": [date["due_on"], date["month"], date["year"]],
    }


def test_a_question_travels_to_the_applicant_and_its_answer_back(
    app: Flask, both: tuple[FlaskClient, FlaskClient]
) -> None:
    officer, applicant = both
    assert "ask the applicant" in officer.get(OFFICE).text
    assert send(officer, f"{OFFICE}/ask", question(app), page=OFFICE).status_code == 302
    waiting = said(officer.get(OFFICE).text)
    assert "We wait for" in waiting
    assert UNCLEAR in waiting

    shown = applicant.get(BID).text
    assert "We need something from you" in said(shown)
    assert UNCLEAR in said(shown)
    assert f'href="{BID}/questions/problem"' in shown
    assert "Send the answers is not possible yet" in said(shown)
    assert "the days until then are added to what we promised" in said(shown)
    assert "Answer our question" in said(applicant.get("/bids").text)

    page = f"{BID}/questions/problem"
    version = re.search(r'name="version" value="(\d+)"', applicant.get(page).text)
    assert version is not None
    saved = send(applicant, page, {"answer": ANSWER, "version": version[1], "next": "1"})
    assert saved.location == BID
    assert send(applicant, f"{BID}/answer", {}, page=BID).status_code == 302
    assert "Your answers are sent" in said(applicant.get(BID).text)

    assert "Read the answers, with what the applicant changed" in officer.get(OFFICE).text
    answers = officer.get(f"{OFFICE}/answers").text
    assert ANSWER in answers
    assert "Changed since version 1" in said(answers)
    assert "What it said before" in answers


def test_the_promise_moves_by_the_days_we_waited(app: Flask, people: tuple[int, int]) -> None:
    send(signed_in(app, people[0]), f"{OFFICE}/ask", question(app, days=9), page=OFFICE)
    with app.app_context():
        made.pass_time(days=4)
    officer, applicant = (signed_in(app, person_id) for person_id in people)
    send(officer, f"{OFFICE}/stop-waiting", {"reason": "The register answered it."}, page=OFFICE)
    assert "We waited 4 days for your answer, and added that to what we promised" in said(
        applicant.get(BID).text
    )


def test_what_is_missing_in_a_question_is_said(app: Flask, both: tuple[FlaskClient, FlaskClient]) -> None:
    officer, applicant = both
    empty = send(officer, f"{OFFICE}/ask", {}, page=OFFICE)
    assert empty.status_code == 400
    for mistake in (
        "Tick the questions the applicant is to answer again",
        "Write what is unclear: the applicant reads it",
        "Enter the day to answer by",
    ):
        assert mistake in said(empty.text)
    past = send(officer, f"{OFFICE}/ask", question(app, days=-2), page=OFFICE)
    assert (past.status_code, "The date to answer by is not in the future." in said(past.text)) == (409, True)
    too_early = send(applicant, f"{BID}/answer", {}, page=BID)
    assert too_early.status_code == 302
    assert "“Send the answers” is not possible" in said(applicant.get(BID).text)


def test_files_are_asked_for_and_added_while_a_bid_is_checked(
    app: Flask, both: tuple[FlaskClient, FlaskClient]
) -> None:
    officer, applicant = both
    page = f"{BID}/questions/documents/files"
    assert 'type="file"' not in applicant.get(page).text
    asked = question(app) | {"questions": "documents"}
    assert send(officer, f"{OFFICE}/ask", asked, page=OFFICE).status_code == 302
    assert 'type="file"' in applicant.get(page).text
    added = send(applicant, page, {"file": (io.BytesIO(b"tide,m\n1,2.5\n"), "tides.csv"), "stay": "1"})
    assert added.status_code == 302
    assert send(applicant, f"{BID}/answer", {}, page=BID).status_code == 302
    assert "tides.csv" in said(officer.get(f"{OFFICE}/answers").text)
    assert 'type="file"' not in applicant.get(page).text
