"""What a page's script is answered while an answer is written: saved, not saved and why, or sign in."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as some
from sqlalchemy import update
from werkzeug.test import TestResponse

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Answer, AnswerVersion, Application
from fundapp.models.people import LoginSession
from fundapp.services import answers
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import signed_in, token_in
from workflows.rules.words import HIDDEN, tidy

SCRIPT = {"Accept": "application/json"}
TOLD = "application/json"


class Page:
    """One answer's page as its script sees it."""

    def __init__(self, client: FlaskClient, address: str) -> None:
        self.client, self.address = client, address
        self.token = token_in(client.get(address).text)

    def save(self, *texts: str, version: int | str = 0) -> TestResponse:
        data = {"csrf_token": self.token, "answer": list(texts), "version": str(version)}
        return self.client.post(f"{self.address}/autosave", data=data, headers=SCRIPT)


@pytest.fixture
def page(app: Flask, database: None) -> Page:
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        lead = people.applicant()
        bid = factory.draft(call, lead, factory.firm(lead))
        lead_id, address = lead.id, f"/bids/{bid.reference}/questions/problem"
    return Page(signed_in(app, lead_id), address)


def told_of(said: TestResponse) -> dict[str, Any]:
    """What the script is told besides the time, which must be one; of a plain text nothing is wrong."""
    told = dict(said.json or {})
    assert not told.pop("preview", "")
    assert not told.pop("mistakes", {})
    assert told.pop("parts", {"standing": ""}) == {"standing": ""}
    assert re.fullmatch(r"10:00:\d\d", told.pop("saved_at"))
    return told


def kept(app: Flask) -> tuple[str, int] | None:
    with app.app_context():
        answer = db.session.query(Answer).one_or_none()
        return (answer.value["text"], answer.version) if answer else None


def test_a_save_tells_its_version_and_time(app: Flask, page: Page) -> None:
    saved = page.save("First words.")
    assert (saved.status_code, told_of(saved)) == (200, {"version": 1})
    assert told_of(page.save("First words. More.", version=1)) == {"version": 2}
    assert kept(app) == ("First words. More.", 2)


def test_other_words_saved_meanwhile_come_back_with_their_writer(app: Flask, page: Page) -> None:
    page.save("Theirs.")
    refused = page.save("Mine.", version=7)
    assert refused.status_code == 409
    assert told_of(refused) == {"theirs": {"answer": ["Theirs."]}, "version": 1, "who": "you"}
    assert kept(app) == ("Theirs.", 1)


@pytest.mark.parametrize(
    ("texts", "left"),
    [((), ""), (("One.",), "One."), (("One.", "Two."), "One."), (("a", "b", "c", "d"), "a")],
)
def test_the_box_is_read_however_often_it_is_sent(
    app: Flask, page: Page, texts: tuple[str, ...], left: str
) -> None:
    assert page.save(*texts).status_code == 200
    assert kept(app) == (left, 1)


def test_an_answer_over_its_limit_is_saved_all_the_same(app: Flask, page: Page) -> None:
    text = "word " * 5_000
    assert page.save(text).status_code == 200
    assert kept(app) == (text.strip(), 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a\x00b", "hidden characters that we cannot keep"),
        ("\x1b[31mred", "hidden characters that we cannot keep"),
        ("x" * 50_001, "1 characters too long"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason(app: Flask, page: Page, text: str, says: str) -> None:
    refused = page.save(text)
    assert refused.status_code == 400
    assert says in refused.json["error"]  # type: ignore[index]
    assert kept(app) is None


def test_ten_million_characters_are_refused_whole(app: Flask, page: Page) -> None:
    refused = page.save("x" * 10_000_000)
    assert (refused.status_code, refused.content_type) == (413, TOLD)
    assert kept(app) is None


@given(text=some.text(max_size=300))
@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_was_or_is_refused(app: Flask, page: Page, text: str) -> None:
    with app.app_context(), transaction():
        db.session.query(AnswerVersion).delete()
        db.session.query(Answer).delete()
    said = page.save(text)
    if said.status_code == 400:
        assert HIDDEN.search(text)
    else:
        assert (said.status_code, kept(app)) == (200, (tidy(text), 1))


@pytest.mark.parametrize("version", ["", "-1", "1e9", "99999999999999999999", "½", "1 OR 1=1"])
def test_a_version_that_is_none_counts_as_nought(app: Flask, page: Page, version: str) -> None:
    said = page.save("Words.", version=version)
    assert (said.status_code, kept(app)) == (200, ("Words.", 1))


@pytest.mark.parametrize("question", ["declarations", "costs", "nothing"])
def test_only_answers_in_words_are_saved_like_this(page: Page, question: str) -> None:
    page.address = page.address.replace("problem", question)
    assert page.save("Words.").status_code == 404


def test_after_the_close_the_reason_is_told(app: Flask, page: Page) -> None:
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
        lead_id = db.session.query(LoginSession.person_id).scalar()
    late = Page.__new__(Page)
    late.client, late.address = signed_in(app, lead_id), page.address
    late.token = token_in(late.client.get("/bids").text)
    refused = late.save("Late.")
    assert refused.status_code == 409
    assert "closed" in refused.json["error"]  # type: ignore[index]
    assert kept(app) is None


def test_an_ended_session_is_told_with_a_token_to_sign_in_by(app: Flask, page: Page) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(LoginSession).values(ended_at=clock.now()))
    refused = page.save("Words.")
    told: Any = refused.json
    assert (refused.status_code, told["sign_in"]) == (401, "/sign-in?next=/")
    again = page.client.post(
        "/sign-in/here", data={"csrf_token": told["csrf"], "email": "no@body.example", "password": "x" * 12},
        headers=SCRIPT,
    )  # fmt: skip
    assert (again.status_code, again.json["error"]) == (  # type: ignore[index]
        400,
        "The e-mail address or the password is not right",
    )
    assert kept(app) is None


def test_a_token_of_an_older_session_is_answered_with_the_new_one(app: Flask, page: Page) -> None:
    page.token = "forged"
    told: Any = page.save("Words.").json
    assert (type(told["person"]), kept(app)) == (int, None)
    page.token = told["csrf"]
    assert page.save("Words.").status_code == 200


def test_a_save_takes_few_statements(
    page: Page, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    page.save("Words.")
    with count_statements() as seen:
        assert page.save("Words, and more.", version=1).status_code == 200
    assert len(seen) <= 10, seen


def test_the_history_shows_who_wrote_what_and_puts_it_back(app: Flask, page: Page) -> None:
    page.save("First words. " * 20)
    page.save("Second.", version=1)
    shown = page.client.get(f"{page.address}/history").text
    assert shown.count("First words.") == 20
    assert "Marguerite Osei" in shown
    with app.app_context():
        first = db.session.query(AnswerVersion.id).order_by(AnswerVersion.id).limit(1).scalar()
    sent = page.client.post(f"{page.address}/history/{first}", data={"csrf_token": page.token})
    assert sent.location == page.address
    assert kept(app) == (("First words. " * 20).strip(), 3)
    missing = page.client.post(f"{page.address}/history/{first + 999}", data={"csrf_token": page.token})
    assert missing.status_code == 404


def test_an_answer_saved_by_a_colleague_names_them(app: Flask, page: Page) -> None:
    with app.app_context():
        colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
        bid = db.session.query(Application).one()
        people.join(bid.organisation, colleague)
        answers.save(bid, "problem", {"text": "From Tomasz."}, 0, colleague)
    told: Any = page.save("Mine.").json
    assert (told["who"], told["theirs"]) == ("Tomasz Bell", {"answer": ["From Tomasz."]})
