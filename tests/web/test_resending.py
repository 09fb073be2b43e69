"""A form sent to a session that has ended: it goes along, is shown, and its own sender sends it again."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Answer
from fundapp.models.people import LoginSession, Person
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.web.browsing import PASSWORD, hash_of_the_password, signed_in, token_in

EMAIL = "marguerite@wrackline.example"
WORDS = "Silt costs every dock <b>a week</b> a year,\nand “nobody” sees it."
SENT = {"answer": WORDS, "version": "0", "next": "1"}


@pytest.fixture
def lead_id(app: Flask, database: None) -> int:
    """The lead of the one draft, who signs in with a password."""
    with app.app_context():
        rounds.begin_demo()
        call = rounds.open_round(people.officer())
        lead = people.applicant(email=EMAIL)
        factory.draft(call, lead, factory.firm(lead))
        with transaction():
            db.session.get_one(Person, lead.id).password_hash = hash_of_the_password()
        return lead.id


@pytest.fixture
def address() -> str:
    return "/bids/FIF7-0001/questions/problem"


@pytest.fixture
def signed_out(app: Flask, lead_id: int, address: str) -> tuple[FlaskClient, str]:
    """The lead's browser with the answer's page open, its session ended since; and the page's token."""
    client = signed_in(app, lead_id)
    token = token_in(client.get(address).text)
    with app.app_context(), transaction():
        db.session.execute(update(LoginSession).values(ended_at=clock.now()))
    return client, token


def press(client: FlaskClient, said: TestResponse, words: str, **others: str) -> TestResponse:
    """Press the button of these words on a page, as a browser would, with its fields and these."""
    for form in BeautifulSoup(said.text, "html.parser").find_all("form"):
        button = form.find("button", string=words)
        if button is not None:
            fields = {each["name"]: each.get("value", "") for each in form.find_all("input")}
            return client.post(str(form["action"]), data=fields | others)
    raise AssertionError(f"no button {words!r}")


def kept(app: Flask) -> str | None:
    with app.app_context():
        answer = db.session.query(Answer).one_or_none()
        return str(answer.value["text"]) if answer else None


def test_the_words_go_along_through_a_wrong_password_and_are_sent_again(
    app: Flask, signed_out: tuple[FlaskClient, str], address: str
) -> None:
    client, token = signed_out
    page = client.post(address, data=SENT | {"csrf_token": token})
    assert page.status_code == 401
    page = press(client, page, "Sign in", email=EMAIL, password="not the password")
    page = press(client, page, "Sign in", email=EMAIL, password=PASSWORD)
    assert "What you wrote is still here" in page.text
    assert kept(app) is None
    onward = press(client, page, "Send it again")
    assert onward.location == "/bids/FIF7-0001/questions/answer"
    assert kept(app) == WORDS


def test_somebody_signed_in_anew_elsewhere_only_presses(app: Flask, lead_id: int, address: str) -> None:
    client = signed_in(app, lead_id)
    old = token_in(client.get(address).text)
    client = signed_in(app, lead_id)
    page = client.post(address, data=SENT | {"csrf_token": old})
    assert (page.status_code, kept(app)) == (400, None)
    assert press(client, page, "Send it again").status_code == 302
    assert kept(app) == WORDS


def test_whoever_signed_in_in_another_tab_sends_from_the_page_they_left(
    app: Flask, lead_id: int, signed_out: tuple[FlaskClient, str], address: str
) -> None:
    client, token = signed_out
    page = client.post(address, data=SENT | {"csrf_token": token})
    again = signed_in(app, lead_id)
    shown = press(again, page, "Send it again")
    assert (shown.status_code, kept(app)) == (400, None)
    press(again, shown, "Send it again")
    assert kept(app) == WORDS


def test_somebody_who_owes_a_code_is_told_to_give_it_in_another_tab(
    app: Flask, lead_id: int, signed_out: tuple[FlaskClient, str], address: str
) -> None:
    client, token = signed_out
    with app.app_context(), transaction():
        db.session.get_one(Person, lead_id).totp_secret_encrypted = b"any"
    page = client.post(address, data=SENT | {"csrf_token": token})
    owing = press(client, page, "Sign in", email=EMAIL, password=PASSWORD)
    assert "your account asks for a code" in owing.text
    assert "Send it again" in owing.text
    assert kept(app) is None


def test_another_account_cannot_put_the_words_into_this_bid(
    app: Flask, signed_out: tuple[FlaskClient, str], address: str
) -> None:
    client, token = signed_out
    page = client.post(address, data=SENT | {"csrf_token": token})
    with app.app_context():
        other_id = people.applicant("Nosy Parker", "nosy@rival.example").id
    other = signed_in(app, other_id)
    shown = press(other, page, "Send it again")
    assert press(other, shown, "Send it again").status_code == 404
    assert kept(app) is None


def test_a_form_from_another_site_is_not_carried(
    app: Flask, signed_out: tuple[FlaskClient, str], address: str
) -> None:
    client, _ = signed_out
    for site in ("cross-site", "same-site"):
        refused = client.post(address, data=SENT, headers={"Sec-Fetch-Site": site})
        assert (refused.status_code, WORDS[:20] in refused.text) == (400, False)
    assert kept(app) is None


@pytest.mark.parametrize(
    "address_given",
    ["https://evil.example/x", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_nothing_is_ever_sent_on_to_another_site(
    lead_id: int, client: FlaskClient, address_given: str
) -> None:
    page = client.get("/sign-in")
    said = press(
        client, page, "Sign in", email=EMAIL, password=PASSWORD,
        **{"kept_for": address_given, "kept.answer": WORDS},
    )  # fmt: skip
    assert (said.status_code, said.location) == (302, "/bids")


def test_what_is_carried_is_shown_as_text(signed_out: tuple[FlaskClient, str], address: str) -> None:
    client, token = signed_out
    page = client.post(address, data=SENT | {"csrf_token": token, '"><script>': "x" * 40})
    soup = BeautifulSoup(page.text, "html.parser")
    assert soup.select("main script, main b") == []
    assert soup.select_one('input[name="kept.answer"]')["value"] == WORDS  # type: ignore[index]


def test_a_form_too_large_to_carry_is_refused_as_before(
    signed_out: tuple[FlaskClient, str], address: str
) -> None:
    client, token = signed_out
    refused = client.post(address, data=SENT | {"csrf_token": token, "answer": "x" * 400_001})
    assert refused.status_code == 400
    assert "what you wrote is still on that page" in refused.text
