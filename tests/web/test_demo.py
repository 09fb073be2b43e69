"""Anybody is anybody at any time in a demonstration, and nowhere else."""

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from fundapp.application import create_app
from fundapp.config import Settings, load_settings
from fundapp.services import demo_clock, personas
from fundapp.services.personas import PERSONAS
from tests.web.browsing import enrol, send, signed_in, token_in
from workflows.actors import Role

BEGINS = datetime(2030, 3, 1, 9, 30, tzinfo=UTC)


def demonstration(app: Flask) -> None:
    with app.app_context():
        demo_clock.mark_as_demo(BEGINS)
        for persona in PERSONAS:
            personas.invent(persona.name, persona.email, persona.role)


def test_outside_a_demonstration_these_addresses_do_not_exist(app: Flask, client: FlaskClient) -> None:
    for persona in PERSONAS:
        enrol(app, persona.role, persona.email, persona.name)
    token = token_in(client.get("/sign-in").text)
    for page, data in (("/demo/persona", {"persona": "administrator"}), ("/demo/clock", {"clock": "hour"})):
        refused = client.post(page, data={**data, "csrf_token": token})
        missing = client.post("/demo/nothing", data={"csrf_token": token})
        assert (refused.status_code, refused.data) == (404, missing.data)
    assert client.get("/account").status_code == 302
    assert "Demonstration" not in client.get("/sign-in").text


def test_no_variable_turns_another_database_into_a_demonstration(
    app: Flask, database: None, environment: dict[str, str], settings: Settings
) -> None:
    enrol(app, Role.ADMINISTRATOR, "sam.okonjo@region.example", "Sam Okonjo")
    forged = environment | {
        "FUNDAPP_DEMO_DATABASE_URL": environment["DATABASE_URL"],
        "FUNDAPP_DEMO_REDIS_URL": environment["REDIS_URL"],
    }
    for env in ("development", "test"):
        client = create_app(load_settings(forged, env=env, var=settings.var)).test_client()
        token = token_in(client.get("/sign-in").text)
        for page, data in (
            ("/demo/persona", {"persona": "administrator"}),
            ("/demo/clock", {"clock": "hour"}),
        ):
            assert client.post(page, data={**data, "csrf_token": token}).status_code == 404
        assert "Demonstration" not in client.get("/sign-in").text


def test_the_bar_makes_anybody_anybody(app: Flask, client: FlaskClient) -> None:
    demonstration(app)
    assert "Clock set to 09:30, 1 March 2030." in client.get("/sign-in").text
    for persona in PERSONAS:
        assert (
            send(client, "/demo/persona", {"persona": persona.key}, page="/sign-out-nowhere").status_code
            == 302
        )
        page = client.get("/account").text
        assert persona.name in page
        assert f'<option value="{persona.key}" selected>' in page
    assert send(client, "/demo/persona", {"persona": "king"}, page="/account").status_code == 400


def test_the_bar_moves_the_clock_and_keeps_whoever_is_signed_in(app: Flask, client: FlaskClient) -> None:
    demonstration(app)
    send(client, "/demo/persona", {"persona": "officer"}, page="/nowhere")
    moved = send(client, "/demo/clock", {"clock": "week", "next": "/account"}, page="/account")
    assert moved.headers["Location"] == "/account"
    page = client.get("/account").text
    assert "Clock set to 09:30, 8 March 2030." in page
    assert "The clock now says 09:30, 8 March 2030." in page
    send(client, "/demo/clock", {"clock": "year_end", "next": "//evil.example"}, page="/account")
    assert "Clock set to 00:01, 1 April 2030." in client.get("/account").text
    nothing = send(client, "/demo/clock", {"clock": "closed", "next": "/account"}, page="/account")
    assert "There is no such moment ahead" in client.get(nothing.headers["Location"]).text
    assert send(client, "/demo/clock", {"clock": "yesterday"}, page="/account").status_code == 400


def test_somebody_who_is_no_persona_is_not_signed_in_again(app: Flask, client: FlaskClient) -> None:
    demonstration(app)
    browser = signed_in(app, enrol(app, Role.OFFICER))
    send(browser, "/demo/clock", {"clock": "week"}, page="/account")
    assert browser.get("/account").status_code == 302
