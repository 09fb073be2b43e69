"""Sending a bid in and saving an answer are short: few statements, one commit, nothing read after it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.bids import DECLARED
from tests.web.browsing import signed_in, token_in

MOST_STATEMENTS = 13
MOST_TO_SAVE = 4
BID = "/bids/FIF7-0001"
QUESTION = f"{BID}/questions/problem"
SIGNED = {"declarations": list(DECLARED), "signatory": "Marguerite Osei"}


@contextmanager
def listening(app: Flask) -> Iterator[list[str]]:
    """What is said to the database: every statement, and the ends of transactions."""
    heard: list[str] = []

    def statement(*details: Any) -> None:
        heard.append(details[2])

    def commit(_connection: Any) -> None:
        heard.append("COMMIT")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


@pytest.fixture
def lead(app: Flask, database: None) -> FlaskClient:
    """The browser of somebody whose only bid lacks nothing."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        person = people.applicant()
        factory.complete(factory.draft(call, person, factory.firm(person)), person)
        return signed_in(app, person.id)


def test_a_bid_is_sent_in_with_few_statements_and_one_commit(app: Flask, lead: FlaskClient) -> None:
    sent = {**SIGNED, "key": "once", "csrf_token": token_in(lead.get(f"{BID}/check").text)}
    with listening(app) as heard:
        answer = lead.post(f"{BID}/submit", data=sent)
    assert answer.location == f"{BID}/receipt"
    assert heard[-1] == "COMMIT"
    assert heard.count("COMMIT") == 1
    assert len(heard) - 1 <= MOST_STATEMENTS, heard


def test_a_press_after_the_close_is_told_when_it_came_and_what_becomes_of_it(
    app: Flask, lead: FlaskClient
) -> None:
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
        late = signed_in(app, db.session.scalars(select(Application)).one().lead_id)
    sent = {**SIGNED, "key": "late", "csrf_token": token_in(late.get(f"{BID}/check").text)}
    with listening(app) as heard:
        answer = late.post(f"{BID}/submit", data=sent)
    page = " ".join(BeautifulSoup(answer.text, "html.parser").find("main").get_text().split())  # type: ignore[union-attr]
    assert answer.status_code == 409
    assert "This round closed at 12:00 (UK time), Friday 18 December 2026." in page
    assert re.search(r"reached us: 12:00:0\d \(UK time\), Friday 18 December 2026\. It is written down", page)
    assert heard.count("COMMIT") == 1
    assert len(heard) - 1 <= MOST_STATEMENTS, heard


def test_an_answer_is_saved_with_few_statements_and_one_commit(app: Flask, lead: FlaskClient) -> None:
    token = token_in(lead.get(QUESTION).text)
    sent = {"answer": "Dock gates silt up.", "version": "1", "csrf_token": token}
    with listening(app) as heard:
        answer = lead.post(f"{QUESTION}/autosave", data=sent, headers={"Accept": "application/json"})
    assert answer.json is not None
    assert answer.json["version"] == 2
    assert heard[-1] == "COMMIT"
    assert heard.count("COMMIT") == 1
    assert len(heard) - 1 <= MOST_TO_SAVE, heard
