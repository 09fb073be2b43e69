"""Register, confirm, sign in with a password or a link, and never learn whose accounts exist."""

import re
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.messages import Message
from fundapp.models.people import Person
from tests.web.browsing import PASSWORD, enrol, send, signed_in, token_in
from workflows.actors import Role

EMAIL = "ada@quay.example"


def last_mail(app: Flask) -> Message | None:
    with app.app_context():
        return db.session.scalar(select(Message).order_by(Message.id.desc()).limit(1))


def link_in_last_mail(app: Flask) -> str:
    message = last_mail(app)
    assert message is not None
    found = re.search(r"http://localhost:8000(/account/link/\S+)", message.body_text)
    assert found is not None
    return found[1]


def register(client: FlaskClient, app: Flask, email: str = EMAIL) -> str:
    page = send(client, "/register", {"name": "Ada Quay", "organisation_name": "Quay Ltd", "email": email})
    assert page.status_code == 200
    return link_in_last_mail(app)


def with_password(client: FlaskClient, app: Flask) -> None:
    send(client, register(client, app), {"password": PASSWORD})
    send(client, "/sign-out", {}, page="/account")


def test_from_registration_to_a_signed_in_applicant(client: FlaskClient, app: Flask) -> None:
    link = register(client, app)
    with app.app_context():
        assert db.session.scalar(select(Person)) is None
    assert "Choose a password" in client.get(link).text
    answer = send(client, link, {"password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/account").status_code == 200
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.name, person.email, person.roles) == ("Ada Quay", EMAIL, frozenset({Role.APPLICANT}))
        assert person.password_hash is not None
        assert person.password_hash.startswith("$argon2id$")


def test_a_link_works_once(client: FlaskClient, app: Flask) -> None:
    link = register(client, app)
    send(client, link, {"password": PASSWORD})
    assert app.test_client().get(link).status_code == 410


def test_a_new_account_goes_on_to_where_it_was_going_and_nowhere_else(
    client: FlaskClient, app: Flask
) -> None:
    form = {"name": "Ada Quay", "organisation_name": "", "email": EMAIL}
    for asked, expected in (("//evil.example", "/bids"), ("/bids/new?round=FIF7", "/bids/new?round=FIF7")):
        sign_in = BeautifulSoup(client.get(f"/sign-in?next={quote(asked)}").text, "html.parser")
        to_register = sign_in.find("a", string="Register")
        assert isinstance(to_register, Tag)
        send(client, str(to_register["href"]), form)
        page = BeautifulSoup(client.get(link_in_last_mail(app)).text, "html.parser")
        action = page.select_one("main form")
        assert action is not None
        answer = send(client, str(action["action"]), {"password": PASSWORD})
        assert answer.location == expected
        send(client, "/sign-out", {}, page="/account")


def test_a_weak_password_is_refused_and_the_link_still_works(client: FlaskClient, app: Flask) -> None:
    link = register(client, app)
    for weak in ("short", "aaaaaaaaaaaa", "liverpool2026!", "qwertyuiopas", "ada quay quay", "password1234"):
        assert send(client, link, {"password": weak}).status_code == 400
    assert send(client, link, {"password": PASSWORD}).status_code == 302


def test_a_known_address_gets_the_same_answer_and_another_mail(client: FlaskClient, app: Flask) -> None:
    with_password(client, app)
    form = {"name": "Eve", "organisation_name": "", "email": EMAIL}
    known = send(client, "/register", form)
    unknown = send(client, "/register", {**form, "email": "new@quay.example"})
    assert known.text.replace(EMAIL, "") == unknown.text.replace("new@quay.example", "")
    with app.app_context():
        subjects = db.session.scalars(select(Message.subject).order_by(Message.id)).all()
    assert subjects[-2:] == ["You already have an account", "Confirm your e-mail address"]


def test_asking_for_a_link_tells_nobody_who_has_an_account(client: FlaskClient, app: Flask) -> None:
    enrol(app)
    for page in ("/sign-in/link", "/forgotten-password"):
        known = send(client, page, {"email": EMAIL})
        unknown = send(client, page, {"email": "nobody@quay.example"})
        assert (known.status_code, unknown.status_code) == (200, 200)
        assert known.text.replace(EMAIL, "") == unknown.text.replace("nobody@quay.example", "")
    with app.app_context():
        assert set(db.session.scalars(select(Message.to_address))) == {EMAIL}


def test_signing_in_with_a_password(client: FlaskClient, app: Flask) -> None:
    with_password(client, app)
    wrong = send(client, "/sign-in", {"email": EMAIL, "password": PASSWORD + "x"})
    unknown = send(client, "/sign-in", {"email": "nobody@quay.example", "password": PASSWORD})
    assert (wrong.status_code, unknown.status_code) == (400, 400)
    assert "is not right" in wrong.text
    assert send(client, "/sign-in", {"email": EMAIL.upper(), "password": PASSWORD}).status_code == 302
    assert client.get("/account").status_code == 200


def test_signing_in_with_a_link(client: FlaskClient, app: Flask) -> None:
    enrol(app)
    send(client, "/sign-in/link", {"email": EMAIL})
    link = link_in_last_mail(app)
    assert client.get(link).status_code == 200
    assert client.get("/account").status_code == 302
    assert send(client, link, {}).status_code == 302
    assert client.get("/account").status_code == 200


def test_a_new_password_signs_every_other_browser_out(client: FlaskClient, app: Flask) -> None:
    person_id = enrol(app)
    elsewhere = signed_in(app, person_id)
    send(client, "/forgotten-password", {"email": EMAIL})
    send(client, link_in_last_mail(app), {"password": PASSWORD})
    assert elsewhere.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_changing_the_password_needs_the_current_one(client: FlaskClient, app: Flask) -> None:
    send(client, register(client, app), {"password": PASSWORD})
    new = "ferry lantern estuary"
    wrong = send(client, "/account/password", {"current": "not this one", "password": new})
    assert wrong.status_code == 400
    old_cookie = client.get_cookie("fundapp")
    assert send(client, "/account/password", {"current": PASSWORD, "password": new}).status_code == 302
    assert client.get("/account").status_code == 200
    assert client.get_cookie("fundapp") != old_cookie
    send(client, "/sign-out", {}, page="/account")
    assert send(client, "/sign-in", {"email": EMAIL, "password": new}).status_code == 302


def test_a_fresh_link_replaces_one_that_is_too_old(client: FlaskClient, app: Flask) -> None:
    old = register(client, app)
    register(client, app)
    assert client.get(old).status_code == 410
    assert send(client, f"{old}/again", {}, page=old).status_code == 302
    assert send(client, link_in_last_mail(app), {"password": PASSWORD}).status_code == 302


HOSTILE = (
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/\t/evil",
    "/" * 3000,
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_where_to_go_next_stays_on_this_site(client: FlaskClient, app: Flask, hostile: str) -> None:
    enrol(app)
    send(client, "/sign-in/link", {"email": EMAIL})
    link = link_in_last_mail(app)
    form = {"csrf_token": token_in(client.get(link).text)}
    assert client.post(link, query_string={"next": "/account"}, data={}).status_code == 400
    answer = client.post(link, query_string={"next": hostile}, data=form)
    assert answer.headers.get("Location", "/") in {"/", "/bids", "/account"}


def test_signing_in_goes_on_to_the_page_asked_for(client: FlaskClient, app: Flask) -> None:
    enrol(app)
    answer = client.get("/account/password?x=1")
    assert answer.headers["Location"] == "/sign-in?next=/account/password?x%3D1"
    send(client, "/sign-in/link", {"email": EMAIL})
    link = link_in_last_mail(app)
    form = {"csrf_token": token_in(client.get(link).text)}
    gone = client.post(link, query_string={"next": "/account/password?x=1"}, data=form)
    assert gone.headers["Location"] == "/account/password?x=1"
