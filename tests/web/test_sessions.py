"""Sessions live in the database: they die everywhere at once, and a planted one never becomes signed in."""

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update

from fundapp.application import create_app
from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.models.people import LoginSession, Person
from fundapp.services import people
from fundapp.transaction import transaction
from tests.web.browsing import enrol, send, signed_in, somebody
from workflows.actors import Role


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def aged(app: Flask, by: timedelta, *columns: str) -> None:
    """Make every session older by its own columns, as if the clock had moved on."""
    with app.app_context(), transaction():
        db.session.execute(
            update(LoginSession).values({name: getattr(LoginSession, name) - by for name in columns})
        )


def test_only_the_hash_of_the_secret_is_kept(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.APPLICANT)
    cookie = browser.get_cookie("fundapp")
    assert cookie is not None
    with app.app_context():
        kept = db.session.scalars(select(LoginSession)).one()
        assert kept.token_hash == hashlib.sha256(cookie.value[1:].encode()).hexdigest()


def test_signing_out_ends_the_session_for_every_process(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    person_id = enrol(app)
    browser = signed_in(app, person_id)
    cookie = browser.get_cookie("fundapp")
    assert cookie is not None
    elsewhere = create_app(settings).test_client()
    elsewhere.set_cookie("fundapp", cookie.value)
    assert is_in(elsewhere)
    answer = send(browser, "/sign-out", {}, page="/account")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(elsewhere)
    browser.set_cookie("fundapp", cookie.value)
    assert not is_in(browser)


@pytest.mark.parametrize("change", ["grant", "end_role", "deactivate", "forget_phone"])
def test_a_change_of_who_they_are_ends_every_session(app: Flask, client: FlaskClient, change: str) -> None:
    admin_id = enrol(app, Role.ADMINISTRATOR, "admin@quay.example")
    person_id = enrol(app, Role.OFFICER)
    browsers = [signed_in(app, person_id), signed_in(app, person_id)]
    assert all(is_in(browser) for browser in browsers)
    with app.app_context():
        actor = db.session.get_one(Person, admin_id)
        if change == "grant":
            people.grant(person_id, Role.FINANCE, actor)
        elif change == "end_role":
            people.end_role(person_id, Role.OFFICER, actor)
        else:
            getattr(people, change)(person_id, actor)
    assert not any(is_in(browser) for browser in browsers)


@pytest.mark.parametrize("planted", ["v" + "a" * 64, "s" + "a" * 43, "s" + "é" * 43, "x", "v\x00", "'", "s"])
def test_a_planted_cookie_never_becomes_signed_in(app: Flask, client: FlaskClient, planted: str) -> None:
    client.set_cookie("fundapp", planted)
    assert not is_in(client)
    assert client.get("/sign-in").status_code == 200
    person_id = enrol(app)
    signed_in(app, person_id)
    assert not is_in(client)


def test_signing_in_gives_a_new_secret(app: Flask, client: FlaskClient) -> None:
    client.get("/sign-in")
    before = client.get_cookie("fundapp")
    person_id = enrol(app, Role.OFFICER)
    half = signed_in(app, person_id, second_factor=False)
    assert before is not None
    assert before.value.startswith("v")
    assert half.get_cookie("fundapp") != before


def test_staff_are_signed_out_after_half_an_hour_unused(app: Flask, client: FlaskClient) -> None:
    officer, applicant = somebody(app, Role.OFFICER), somebody(app, Role.APPLICANT)
    aged(app, timedelta(minutes=29), "last_seen_at")
    assert is_in(officer)
    aged(app, timedelta(minutes=30), "last_seen_at")
    assert not is_in(officer)
    assert is_in(applicant)
    aged(app, timedelta(hours=2), "last_seen_at")
    assert not is_in(applicant)


def test_nobody_stays_signed_in_longer_than_twelve_hours(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.APPLICANT)
    aged(app, timedelta(hours=12), "expires_at", "started_at")
    assert not is_in(browser)


def test_use_is_noted_at_most_once_a_minute(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.APPLICANT)

    def seen() -> object:
        with app.app_context():
            return db.session.scalar(select(LoginSession.last_seen_at))

    first = seen()
    assert is_in(browser)
    assert seen() == first
    aged(app, timedelta(minutes=2), "last_seen_at")
    aged_to = seen()
    assert is_in(browser)
    assert seen() != aged_to


def test_a_request_reads_the_session_in_one_statement(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.APPLICANT)
    statements: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get("/account/home").status_code == 302
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len([each for each in statements if "login_sessions" in each]) == 1
    assert len(statements) == 1


def test_a_visitor_costs_no_row(app: Flask, client: FlaskClient) -> None:
    assert client.get("/sign-in").status_code == 200
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM login_sessions")).scalar_one() == 0


def test_somebody_sees_and_ends_only_their_own_sessions(app: Flask, client: FlaskClient) -> None:
    person_id = enrol(app)
    mine, other = signed_in(app, person_id), signed_in(app, person_id)
    stranger = somebody(app, Role.OFFICER)
    with app.app_context():
        ids = db.session.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()
    assert send(mine, f"/account/sessions/{ids[2]}/end", {}, page="/account").status_code == 404
    assert is_in(stranger)
    assert send(mine, f"/account/sessions/{ids[1]}/end", {}, page="/account").status_code == 302
    assert (is_in(mine), is_in(other)) == (True, False)
    assert "That browser is signed out." not in mine.get("/account").text
