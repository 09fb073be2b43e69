"""Nothing opens without a declared permission, a form token, and everything asked of the person."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from fundapp import web
from fundapp.access import on
from fundapp.application import create_app
from fundapp.config import Settings
from fundapp.extensions import csrf
from fundapp.models.people import Person
from fundapp.web import guards
from fundapp.web.guards import Undeclared, public, requires
from tests.web.browsing import TOKEN, enrol, signed_in, somebody, token_in
from workflows.actors import Permission, Role

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# A mail program stops the mails to a follower by itself and has no form token (RFC 8058).
WITHOUT_TOKEN = ("public.stop_following", "public.equality")
SIGNING_IN = {"account.second_factor", "account.set_up_phone"}


def rules(app: Flask) -> Iterator[Rule]:
    yield from app.url_map.iter_rules()


def address(rule: Rule) -> str:
    """An address this rule matches, of a thing that does not exist."""
    return rule.build({name: _any(rule, name) for name in rule.arguments}, append_unknown=False)[1]  # type: ignore[index]


def _any(rule: Rule, name: str) -> Any:
    return 999_999 if type(rule._converters[name]).__name__ == "IdConverter" else "NONE-1"


def test_a_route_that_declares_nothing_stops_the_start(
    settings: Settings, servers: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        web, "register_pages", lambda app: app.add_url_rule("/open-door", "open_door", lambda: "hello")
    )
    with pytest.raises(Undeclared, match="open_door"):
        create_app(settings)


def test_every_route_declares_what_it_asks_for(app: Flask) -> None:
    assert guards.declared(app).keys() == app.view_functions.keys()


def test_every_unsafe_route_refuses_a_form_without_its_token(app: Flask, client: FlaskClient) -> None:
    admin = somebody(app, Role.ADMINISTRATOR)
    asked = 0
    assert csrf._exempt_views == {
        "fundapp.web.public.following.stop_following",
        "fundapp.web.public.equality.equality",
    }
    for rule in rules(app):
        if rule.endpoint in WITHOUT_TOKEN:
            continue
        for method in UNSAFE & set(rule.methods or ()):
            for browser in (client, admin):
                for token in ({}, {"csrf_token": "forged"}, {"csrf_token": ""}):
                    answer = browser.open(address(rule), method=method, data=token)
                    assert answer.status_code == 400, (rule.rule, method, token)
                    asked += 1
    assert asked >= 60


def test_a_token_of_another_session_is_refused(app: Flask, client: FlaskClient) -> None:
    mine, other = somebody(app, Role.APPLICANT), somebody(app, Role.OFFICER)
    token = token_in(other.get("/account").text)
    assert mine.post("/account/sessions/1/end", data={"csrf_token": token}).status_code == 400


def test_without_the_second_factor_staff_reach_nothing(app: Flask, client: FlaskClient) -> None:
    for role in set(Role) - {Role.PUBLIC, Role.APPLICANT}:
        person_id = enrol(app, role, f"{role.value}@half.example")
        half = signed_in(app, person_id, second_factor=False)
        for rule in rules(app):
            declared = guards.declared(app)[rule.endpoint]
            if "GET" not in (rule.methods or ()) or declared.permission is Permission.PUBLIC_READ:
                continue
            answer = half.get(address(rule))
            if rule.endpoint in SIGNING_IN:
                assert answer.status_code in {200, 302}, rule.rule
            else:
                assert answer.status_code == 302, rule.rule
                assert answer.headers["Location"].startswith("/account/second-factor?next="), rule.rule


def test_strangers_are_sent_to_sign_in_and_scripts_are_told(app: Flask, client: FlaskClient) -> None:
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"
    told = client.get("/account", headers={"Accept": "application/json"})
    assert told.status_code == 401
    assert told.json is not None
    assert told.json["sign_in"] == "/sign-in?next=/account"


class Box:
    """A thing only some people may see."""


@on(Box)
def _on_a_box(person: Person, _box: Box, _held: frozenset[Permission]) -> frozenset[Permission]:
    seen = {"seer@quay.example", "doer@quay.example"}
    done = {"doer@quay.example"}
    return frozenset(
        ({Permission.BID_READ} if person.email in seen else set())
        | ({Permission.BID_EDIT} if person.email in done else set())
    )


@pytest.fixture
def boxes(settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application with a page that shows a box and one that changes it."""

    def box(number: int) -> Box | None:
        return Box() if number == 1 else None

    @requires(Permission.BID_READ, box)
    def show(thing: Box) -> str:
        return type(thing).__name__

    @requires(Permission.BID_EDIT, box, sees=Permission.BID_READ)
    def change(thing: Box) -> str:
        return type(thing).__name__

    def register(app: Flask) -> None:
        pages(app)
        app.add_url_rule("/boxes/<int:number>", "show", show)
        app.add_url_rule("/boxes/<int:number>/change", "change", change)
        app.add_url_rule("/open", "open", public(lambda: "open"))

    pages = web.register_pages
    monkeypatch.setattr(web, "register_pages", register)
    return create_app(settings)


def test_what_one_may_not_see_answers_as_what_is_not_there(boxes: Flask) -> None:
    browser = signed_in(boxes, enrol(boxes, email="nobody@quay.example"))
    for page in ("/boxes/{}", "/boxes/{}/change"):
        hidden, missing = browser.get(page.format(1)), browser.get(page.format(2))
        assert (hidden.status_code, missing.status_code) == (404, 404)
        # A token holds the second it was made.
        assert TOKEN.sub("", hidden.text) == TOKEN.sub("", missing.text)


def test_an_action_on_what_one_may_see_is_refused_openly(boxes: Flask) -> None:
    seer = signed_in(boxes, enrol(boxes, email="seer@quay.example"))
    assert seer.get("/boxes/1").text == "Box"
    assert seer.get("/boxes/1/change").status_code == 403
    assert seer.get("/boxes/2/change").status_code == 404
    doer = signed_in(boxes, enrol(boxes, email="doer@quay.example"))
    assert doer.get("/boxes/1/change").text == "Box"


def test_numbers_no_row_can_have_are_no_page(boxes: Flask) -> None:
    seer = signed_in(boxes, enrol(boxes, email="seer@quay.example"))
    for number in ("0", "-1", str(2**63), str(2**64), "1" * 400, "１"):
        assert seer.get(f"/boxes/{number}").status_code == 404
