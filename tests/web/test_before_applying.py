"""What helps before there is an account: the quick check, the blank form, the dates for a calendar."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from tests.factories import people, rounds
from workflows.rules.declarations import DECLARATIONS

SMALL = {
    "place": "E08000012",
    "legal_form": "limited_company",
    "staff": "14",
    "turnover": "1.2 million",
    "assets": "£400,000",
}


@pytest.fixture(autouse=True)
def open_call(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def heading(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").h1
    assert found is not None
    return " ".join(found.get_text().split())


def asked(client: FlaskClient, **answers: str) -> str:
    return client.get(f"/rounds/FIF7/can-you-apply?{urlencode(SMALL | answers)}").text


def test_the_check_asks_first_and_needs_no_account(client: FlaskClient) -> None:
    page = client.get("/rounds/FIF7/can-you-apply")
    assert (page.status_code, heading(page.text)) == (200, "Can you apply?")
    assert "There is a problem" not in page.text


def test_who_may_apply_is_told_so_and_led_on(client: FlaskClient) -> None:
    page = asked(client)
    assert heading(page) == "You can apply"
    assert 'href="/bids/new?round=FIF7"' in page


@pytest.mark.parametrize(
    ("answers", "title", "reason"),
    [
        (
            {"place": "elsewhere"},
            "This round is not for you, for one reason",
            "This fund is for organisations that work in the six districts.",
        ),
        (
            {"staff": "4,000", "turnover": "90m", "assets": "80m"},
            "This round is not for you, for one reason",
            "You are larger than this fund is for, your whole group counted.",
        ),
        (
            {"staff": "", "turnover": "", "assets": ""},
            "We cannot tell yet",
            "We cannot tell your size yet: fill in the figures you left empty.",
        ),
    ],
)
def test_who_may_not_is_told_why_and_where_to_go(
    client: FlaskClient, answers: dict[str, str], title: str, reason: str
) -> None:
    page = asked(client, **answers)
    assert heading(page) == title
    assert reason in said(page)
    assert ("see the open rounds" in page, "/bids/new" in page) == (True, False)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"place": ""}, "Choose where you work"),
        ({"place": "Mars"}, "Choose where you work"),
        ({"staff": "some"}, "Enter a whole number, like 12"),
        ({"turnover": "lots"}, "Enter an amount"),
        ({"assets": "9" * 400}, "too long"),
    ],
)
def test_answers_that_mean_nothing_are_shown_again_with_what_to_do(
    client: FlaskClient, answers: dict[str, str], problem: str
) -> None:
    page = asked(client, **answers)
    assert heading(page) == "Can you apply?"
    assert problem in said(page)
    assert "Error: " in page


def test_the_blank_form_shows_every_question_with_its_guidance(app: Flask, client: FlaskClient) -> None:
    page = said(client.get("/rounds/FIF7/form").text)
    with app.app_context():
        rules = db.session.query(Round).one().rules
    for question in rules.questions:
        assert question.label in page
        assert question.guidance in page
    for sentence in (*DECLARATIONS.values(), *rules.criteria[0].guide):
        assert sentence in page


def test_the_dates_come_as_a_calendar(client: FlaskClient) -> None:
    answer = client.get("/rounds/FIF7/dates.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.get_data(as_text=True).split("\r\n")
    assert (lines[0], lines[-2:]) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""])
    assert "DTSTART:20261218T120000Z" in lines
    assert "DTSTART;VALUE=DATE:20270217" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert (
        answer.get_data(as_text=True)
        .replace("\r\n ", "")
        .count("SUMMARY:Future Innovation Fund\\, round 7: ")
        == 7
    )


@pytest.mark.parametrize("page", ["can-you-apply", "form", "dates.ics"])
def test_a_round_nobody_published_has_none_of_these(client: FlaskClient, page: str) -> None:
    assert client.get(f"/rounds/FIF9/{page}").status_code == 404
