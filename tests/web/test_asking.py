"""Questions about a round: asked by anybody signed in, answered to everybody or to one, told by mail."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.models.round_questions import RoundQuestion
from fundapp.services import following, questions
from fundapp.services.sessions import Browser
from tests.factories import bids, outbox, people, rounds
from tests.web.browsing import send, signed_in
from workflows.actors import Role
from workflows.machine import Blocked

ASK, OFFICE = "/rounds/FIF7/ask", "/office/questions/1"
WORDS = "We are Wrackline. May we start before the offer?"
PUBLIC_WORDS = "May work start before the offer?"
ANSWER = "No.\nWhat you pay earlier is yours to bear."


@pytest.fixture
def parties(app: Flask, database: None) -> dict[str, int]:
    """An open round; its officer, somebody who asks, somebody else with a draft, an assessor."""
    with app.app_context():
        rounds.begin_demo()
        officer = people.officer()
        call = rounds.open_round(officer)
        asker = people.applicant("Hesper Lyle", "hesper@lyle.example")
        drafter = people.applicant("Ifor Pryce", "ifor@pryce.example")
        bids.draft(call, drafter, bids.firm(drafter))
        assessor = people.person("Una Reader", Role.ASSESSOR)
        outbox.work_off()
        return {"officer": officer.id, "asker": asker.id, "drafter": drafter.id, "assessor": assessor.id}


@pytest.fixture
def asked(app: Flask, parties: dict[str, int]) -> FlaskClient:
    """The asker's browser, after the question."""
    asker = signed_in(app, parties["asker"])
    assert send(asker, ASK, {"words": WORDS}).status_code == 302
    return asker


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def told(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        outbox.work_off()
        mails = db.session.query(Message).filter_by(case_kind="question").order_by(Message.to_address)
        return [(mail.to_address, mail.subject) for mail in mails]


def test_asking_needs_an_account_and_no_more(
    app: Flask, client: FlaskClient, parties: dict[str, int]
) -> None:
    assert client.get(ASK).status_code == 302
    for party in ("assessor", "officer", "drafter"):
        page = signed_in(app, parties[party]).get(ASK)
        assert (page.status_code, "Ask about this round" in page.text) == (200, True)


def test_a_question_waits_unpublished_for_the_office(
    app: Flask, client: FlaskClient, asked: FlaskClient, parties: dict[str, int]
) -> None:
    assert "Not answered yet." in said(asked.get(ASK).text)
    assert WORDS not in client.get("/rounds/FIF7").text
    assert WORDS not in signed_in(app, parties["drafter"]).get(ASK).text
    office = signed_in(app, parties["officer"])
    assert "Answer 1 question" in said(office.get("/office").text)
    page = said(office.get("/office/rounds/FIF7/questions").text)
    assert "One question waits for an answer" in page
    assert f"{WORDS} Hesper Lyle" in page


def test_a_published_answer_stands_on_the_page_without_the_askers_name(
    app: Flask, client: FlaskClient, asked: FlaskClient, parties: dict[str, int]
) -> None:
    with app.app_context():
        follower_of("reader@people.example")
    office = signed_in(app, parties["officer"])
    sent = send(office, f"{OFFICE}/publish", {"words": PUBLIC_WORDS, "answer": ANSWER}, page=OFFICE)
    assert sent.status_code == 302
    page = said(client.get("/rounds/FIF7").text)
    assert f"{PUBLIC_WORDS} No. What you pay earlier is yours to bear. Asked 2 November 2026" in page
    assert ("Hesper" in page, "Wrackline" in page) == (False, False)
    subject = "A question about Round 7: from prototype to first use is answered"
    assert told(app) == [
        ("hesper@lyle.example", subject),
        ("ifor@pryce.example", subject),
        ("reader@people.example", subject),
    ]


def follower_of(address: str) -> None:
    """Somebody who confirmed that they follow the round."""
    question = db.session.query(RoundQuestion).one()
    following.ask(question.round, address, Browser("192.0.2.9", "Test browser"))
    mail = db.session.query(Message).filter_by(to_address=address).one()
    link = next(line for line in mail.body_text.splitlines() if "/follow/" in line)
    following.confirm(link.rpartition("/")[2])


def test_a_private_answer_reaches_the_asker_alone_and_may_be_published_later(
    app: Flask, client: FlaskClient, asked: FlaskClient, parties: dict[str, int]
) -> None:
    office = signed_in(app, parties["officer"])
    sent = send(office, f"{OFFICE}/answer", {"words": WORDS, "answer": ANSWER}, page=OFFICE)
    assert sent.status_code == 302
    assert told(app) == [
        (
            "hesper@lyle.example",
            "Your question about Round 7: from prototype to first use is answered",
        )
    ]
    assert "yours to bear" in asked.get(ASK).text
    assert "yours to bear" not in client.get("/rounds/FIF7").text
    again = {"words": PUBLIC_WORDS, "answer": ANSWER}
    assert send(office, f"{OFFICE}/publish", again, page=OFFICE).status_code == 302
    assert "yours to bear" in client.get("/rounds/FIF7").text
    assert send(office, f"{OFFICE}/publish", again, page="/office").status_code == 409


def test_the_newest_answer_comes_first(app: Flask, client: FlaskClient, parties: dict[str, int]) -> None:
    with app.app_context():
        for number in (1, 2):
            officer = db.session.get_one(Person, parties["officer"])
            call = db.session.query(Round).one()
            made = questions.ask(call, f"Question {number}?", officer)
            questions.publish_answer(made, f"Question {number}?", "Yes.", officer)
            rounds.move_to(rounds.OPENS + timedelta(days=number))
    page = client.get("/rounds/FIF7").text
    assert page.index("Question 2?") < page.index("Question 1?")


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"words": PUBLIC_WORDS, "answer": " \n"}, "Write the answer"),
        ({"words": "", "answer": ANSWER}, "Write the question"),
    ],
)
def test_nothing_is_published_half(
    app: Flask, asked: FlaskClient, parties: dict[str, int], sent: dict[str, str], problem: str
) -> None:
    office = signed_in(app, parties["officer"])
    answer = send(office, f"{OFFICE}/publish", sent, page=OFFICE)
    assert (answer.status_code, problem in said(answer.text)) == (400, True)
    with app.app_context():
        assert db.session.query(RoundQuestion).one().state == "asked"


@pytest.mark.parametrize("words", ["", "word " * 200 + "word", "x" * 4_000])
def test_a_question_that_cannot_be_kept_is_shown_again(
    app: Flask, parties: dict[str, int], words: str
) -> None:
    asker = signed_in(app, parties["asker"])
    answer = send(asker, ASK, {"words": words})
    assert (answer.status_code, "There is a problem" in answer.text, words in answer.text) == (
        400,
        True,
        True,
    )


def test_many_questions_at_once_have_to_wait(app: Flask, parties: dict[str, int]) -> None:
    asker = signed_in(app, parties["asker"])
    statuses = [send(asker, ASK, {"words": f"Question {number}?"}).status_code for number in range(8)]
    assert (statuses[0], 429 in statuses) == (302, True)


def test_after_the_close_nobody_asks(app: Flask, parties: dict[str, int]) -> None:
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    asker = signed_in(app, parties["asker"])
    answer = send(asker, ASK, {"words": "Too late?"})
    assert (answer.status_code, "takes no more questions" in answer.text) == (409, True)
    assert "Ask a question about this round" not in asker.get("/rounds/FIF7").text


def test_only_the_office_answers(app: Flask, parties: dict[str, int]) -> None:
    with app.app_context():
        asker = db.session.get_one(Person, parties["asker"])
        made = questions.ask(db.session.query(Round).one(), WORDS, asker)
        with pytest.raises(Blocked, match="You may not do this"):
            questions.publish_answer(made, WORDS, ANSWER, asker)
