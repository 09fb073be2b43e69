"""The equality form takes what people choose to say, keeps nothing that leads to them, shows only sums."""

import csv
import io
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from fundapp.extensions import db
from fundapp.models.equality import EqualityAnswers
from fundapp.models.events import Event
from fundapp.models.messages import Message
from fundapp.models.people import LoginSession
from fundapp.queries import equality as queries
from fundapp.services import equality
from tests.factories import bids as factory
from tests.factories import outbox, people, rounds
from tests.stages import Stages
from tests.web.browsing import enrol, signed_in
from workflows.actors import Role
from workflows.equality import FORMS_A_BID, NOT_SAID, OPEN_AFTER_THE_CLOSE, QUESTIONS

RECEIPT = "/bids/FIF7-0001/receipt"
FIGURES = "/office/rounds/FIF7/equality"
OVER = rounds.CLOSES + OPEN_AFTER_THE_CLOSE
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def lead(stages: Stages) -> int:
    """Who leads the one bid that was sent in."""
    return stages.copied("sent_bid", factory.lead_of_sent_bid)


@pytest.fixture
def address(app: Flask, lead: int) -> str:
    """The form of the round."""
    with app.app_context():
        return f"/equality/{equality.token_of('FIF7')}"


def one(page: str, where: str) -> Tag:
    """The first of a page's elements that a selector finds."""
    found = BeautifulSoup(page, "html.parser").select_one(where)
    assert found is not None
    return found


def press_on(page: str) -> str:
    return str(one(page, "input[name=press]")["value"])


def send(client: FlaskClient, address: str, said: Mapping[str, str]) -> int:
    press = press_on(client.get(address).text)
    return client.post(address, data={**said, "press": press}).status_code


def kept(app: Flask) -> list[dict[str, str]]:
    with app.app_context():
        return list(db.session.scalars(select(EqualityAnswers.answers)))


def fill(app: Flask, forms: list[dict[str, str]]) -> None:
    """Send forms in to round 7."""
    with app.app_context():
        call = equality.round_of(equality.token_of("FIF7"))
        assert call is not None
        for said in forms:
            equality.answer(call, uuid4(), said)


def test_whoever_sent_a_bid_in_finds_the_form_and_sends_what_they_like(app: Flask, lead: int) -> None:
    browser = signed_in(app, lead)
    link = one(browser.get(RECEIPT).text, "a[href^='/equality/']")
    assert (link.text, link["rel"]) == ("Tell us about the people who lead this bid", ["noreferrer"])
    page = browser.get(str(link["href"]))
    shown = BeautifulSoup(page.text, "html.parser")
    for question in QUESTIONS:
        offered = [str(box["value"]) for box in shown.select(f"input[name={question.key}]")]
        assert offered == [*question.options, NOT_SAID]
    said = {"sex": "female", "age": "35_44", "religion": NOT_SAID, "caring": ""}
    sent = browser.post(str(link["href"]), data={**said, "press": press_on(page.text)}, follow_redirects=True)
    assert (sent.status_code, "Thank you: your answers are in" in sent.text) == (200, True)
    assert kept(app) == [{"age": "35_44", "religion": NOT_SAID, "sex": "female"}]
    assert send(browser, str(link["href"]), {}) == 302
    assert kept(app)[-1] == {}


def test_the_mail_of_the_receipt_has_the_link_that_everybody_has(app: Flask, address: str) -> None:
    with app.app_context():
        outbox.work_off()
        mail = db.session.query(Message).filter(Message.subject.like("We have received%")).one()
    assert re.findall(r"(/equality/\S+)", mail.body_text) == [address]


def test_nothing_tells_who_answered(
    app: Flask, lead: int, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in(app, lead)
    with app.app_context():
        rounds.move_to(rounds.OPENS + timedelta(hours=2))
        events = db.session.scalar(select(func.count(Event.id)))
        seen = db.session.scalars(select(LoginSession.last_seen_at)).one()
    with caplog.at_level(logging.INFO):
        page = browser.get(address)
        answer = browser.post(address, data={"sex": "male", "press": press_on(page.text)})
        thanks = browser.get(answer.location)
    assert "Sign in" in thanks.text
    assert [answer.headers.getlist("Set-Cookie") for answer in (page, answer, thanks)] == [[], [], []]
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    asked = [line for line in lines if line["event"] == "request"]
    assert [(line["route"], line["person"]) for line in asked] == [
        ("/equality/<token>", None),
        ("/equality/<token>", None),
        ("/equality/<token>/thanks", None),
    ]
    assert "FIF7" not in caplog.text
    with app.app_context():
        assert db.session.scalar(select(func.count(Event.id))) == events
        assert db.session.scalars(select(LoginSession.last_seen_at)).one() == seen
        assert db.session.scalars(select(EqualityAnswers.answered_in)).one().day == 1
    assert browser.get(RECEIPT).status_code == 200


@pytest.mark.parametrize("column", ["id", "xmin", "ctid", "*"])
def test_the_application_can_read_neither_ids_nor_the_order_of_forms(
    app: Flask, address: str, column: str
) -> None:
    with app.app_context(), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(text(f"SELECT {column} FROM equality_answers"))


def test_the_same_press_is_one_form_and_another_person_is_another(
    app: Flask, client: FlaskClient, address: str
) -> None:
    press = press_on(client.get(address).text)
    for said in ("female", "female", "male"):
        assert client.post(address, data={"press": press, "sex": said}).status_code == 302
    assert sorted(each["sex"] for each in kept(app)) == ["female", "male"]


@pytest.mark.parametrize(
    "said",
    [
        {"sex": "FEMALE"},
        {"age": "16_24' OR 1=1"},
        {"religion": "<script>alert(1)</script>"},
        {"caring": "x" * 5_000},
        {"gender": "ｓａｍｅ"},
    ],
)
def test_an_answer_nobody_offered_is_refused_beside_its_question(
    app: Flask, client: FlaskClient, address: str, said: dict[str, str]
) -> None:
    press = press_on(client.get(address).text)
    answer = client.post(address, data={"press": press, "orientation": "bisexual", **said})
    (key,) = said
    assert answer.status_code == 400
    assert one(answer.text, f"#{key}-error").text.strip() == "Error: Choose one of the answers on the page"
    assert one(answer.text, "input[name=orientation][checked]")["value"] == "bisexual"
    assert (press_on(answer.text), "<script>alert" in answer.text) == (press, False)
    assert kept(app) == []


@pytest.mark.parametrize("press", ["", "nonsense", "0" * 32 + "x", "\u0663" * 36])
def test_a_press_that_is_none_of_ours_still_counts(
    app: Flask, client: FlaskClient, address: str, press: str
) -> None:
    twice = {"sex": ["female", "male"], "press": press, "id": "1", "round_id": "2"}
    assert client.post(address, data=twice).status_code == 302
    assert kept(app) == [{"sex": "female"}]


@pytest.mark.parametrize("token", ["FIF7", "FIF7.", "FIF7.abc", "FIF8.{0}", ".{0}", "{0}", "x" * 900])
def test_nobody_makes_a_link_of_their_own(client: FlaskClient, address: str, token: str) -> None:
    forged = token.format(address.rpartition(".")[2])
    for where in (f"/equality/{forged}", f"/equality/{forged}/thanks"):
        assert client.get(where).status_code == 404
    assert client.post(f"/equality/{forged}", data={"sex": "male"}).status_code == 404


def test_a_round_takes_only_as_many_forms_as_its_bids_explain_and_none_at_the_end(
    app: Flask, client: FlaskClient, lead: int, address: str
) -> None:
    fill(app, [{}] * FORMS_A_BID)
    assert send(client, address, {"sex": "male"}) == 410
    with app.app_context():
        rounds.move_to(OVER)
    for answer in (client.get(address), client.post(address, data={"sex": "male"})):
        assert (answer.status_code, "takes no more of these forms" in answer.text) == (410, True)
    assert len(kept(app)) == FORMS_A_BID
    assert "lead this bid" not in signed_in(app, lead).get(RECEIPT).text


def test_the_office_and_auditors_see_sums_and_only_when_no_form_can_follow(
    app: Flask, address: str, monkeypatch: pytest.MonkeyPatch, count_statements: Counting
) -> None:
    monkeypatch.setattr("workflows.equality.FORMS_A_BID", 100)
    said = [{"sex": "female", "ethnic_group": "white"}] * 9 + [{"sex": "male", "ethnic_group": "asian"}] * 5
    said += [{"sex": "male", "ethnic_group": NOT_SAID}, {"ethnic_group": "mixed"}, {"age": "16_24"}]
    fill(app, said + [{"sex": "female"}] * 3)
    auditor = enrol(app, Role.AUDITOR)
    early = signed_in(app, auditor).get(FIGURES).text
    assert ("may still answer" in early, "<td" in early) == (True, False)
    assert len(signed_in(app, auditor).get(f"{FIGURES}.csv").text.splitlines()) == 1
    with app.app_context():
        rounds.move_to(OVER)
    browser = signed_in(app, auditor)
    with count_statements() as sent:
        page = BeautifulSoup(browser.get(FIGURES).text, "html.parser")
    assert len(sent) <= 6
    assert page.h1 is not None
    assert page.h1.text == "20 people told us about themselves"
    shown = {
        str(table.caption.text): {str(row.th.text): str(row.td.text) for row in table.tbody.find_all("tr")}
        for table in page.find_all("table")
    }
    assert shown["Sex"] == {"Female": "12", "Male": "6", queries.REST: "2"}
    hidden = ["Not shown", "Not shown"]
    assert list(shown["Ethnic group"].values()) == ["5", *hidden, "9", *hidden]
    assert set(shown["Age"].values()) == {"Not shown"}
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{FIGURES}.csv").text)))
    assert [(row["Question"], row["Answer"], row["People"]) for row in rows] == [
        (heading, answer, people) for heading, table in shown.items() for answer, people in table.items()
    ]


def test_of_nine_people_nothing_is_shown(app: Flask, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workflows.equality.FORMS_A_BID", 100)
    fill(app, [{"sex": "female"}] * 9)
    with app.app_context():
        rounds.move_to(OVER)
    page = signed_in(app, enrol(app, Role.OFFICER)).get(FIGURES).text
    assert ("Fewer than 10 people answered" in page, "<td" in page) == (True, False)


def test_a_rolling_round_has_figures_for_each_year_that_is_over(
    app: Flask, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.equality.takes_another", lambda *_: True)
    with app.app_context():
        rounds.begin_demo()
        call, _ = rounds.open_rolling_round(people.officer(), ())
        for year, forms in ((0, 12), (1, 9), (2, 15)):
            for _ in range(forms):
                equality.answer(call, uuid4(), {"sex": "male"})
            found = queries.figures_of(call)
            assert len(found) == year
            rounds.move_to(rounds.BEGIN + timedelta(days=365 * (year + 1)))
        assert [(each.period, each.forms, len(each.tables)) for each in queries.figures_of(call)] == [
            ("2026-27", 12, len(QUESTIONS)),
            ("2027-28", None, 0),
            ("2028-29", 15, len(QUESTIONS)),
        ]
