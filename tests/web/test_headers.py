"""Every response carries the same strict headers; every failure has a page in plain words."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from fundapp import web
from fundapp.application import create_app
from fundapp.config import Settings
from fundapp.web.guards import public
from tests.web.browsing import somebody
from workflows.actors import Role

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self' 'nonce-",
    "style-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
)
STATUSES = (400, 401, 403, 404, 405, 413, 429, 500, 503, 418)


@pytest.fixture
def failing(settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application with pages that fail in every way."""

    @public
    def status(code: int) -> str:
        abort(code)

    @public
    def mistake() -> str:
        raise ZeroDivisionError("a secret detail")

    @public
    def no_database() -> str:
        raise OperationalError("SELECT secret", {}, ConnectionError("a secret detail"))

    def register(app: Flask) -> None:
        pages(app)
        app.add_url_rule("/fail/<int:code>", "status", status)
        app.add_url_rule("/mistake", "mistake", mistake)
        app.add_url_rule("/no-database", "no_database", no_database)

    pages = web.register_pages
    monkeypatch.setattr(web, "register_pages", register)
    return create_app(settings)


def addresses() -> Iterator[str]:
    yield from ("/sign-in", "/account", "/nothing-here", "/static/nothing.css", "/mistake", "/no-database")
    yield from (f"/fail/{code}" for code in STATUSES)


def test_every_response_carries_the_headers(failing: Flask) -> None:
    browser = failing.test_client()
    for page in addresses():
        answer = browser.get(page)
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, page
        policy = answer.headers["Content-Security-Policy"]
        assert [each for each in DIRECTIVES if each not in policy] == [], page
        assert "unsafe" not in policy
        assert "Server-Timing" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] in {"private, no-cache", "no-store"}
        assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["X-Request-ID"])


def test_the_nonce_is_never_the_same_twice(client: FlaskClient) -> None:
    nonces = {client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(nonces) == 5


def test_pages_of_signed_in_people_are_kept_nowhere(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.APPLICANT)
    assert browser.get("/account").headers["Cache-Control"] == "no-store"
    assert "Cookie" in browser.get("/account").headers["Vary"]


def test_failures_say_nothing_of_their_inside(failing: Flask) -> None:
    browser = failing.test_client()
    for page in addresses():
        answer = browser.get(page)
        assert "secret" not in answer.text, page
        assert "Traceback" not in answer.text, page
        if answer.status_code >= 500:
            assert answer.headers["X-Request-ID"] in answer.text, page


def test_each_failure_has_its_own_page(failing: Flask) -> None:
    browser = failing.test_client()
    titles = {code: _title(browser.get(f"/fail/{code}").text) for code in STATUSES}
    assert len({titles[code] for code in STATUSES if code != 418}) == len(STATUSES) - 1
    assert titles[418] == titles[400]
    assert browser.get("/mistake").status_code == 500
    gone = browser.get("/no-database")
    assert (gone.status_code, gone.headers["Retry-After"]) == (503, "30")


def test_scripts_are_told_in_json(failing: Flask) -> None:
    answer = failing.test_client().get("/mistake", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (500, "application/json")
    assert answer.json is not None
    assert answer.json["reference"] == answer.headers["X-Request-ID"]


def test_an_unreachable_database_answers_503_with_a_page(settings: Settings, database: None) -> None:
    url = "postgresql://nobody@127.0.0.1:9/none"
    browser = create_app(settings, database_url=url).test_client()
    browser.set_cookie("fundapp", "s" + "a" * 43)
    answer = browser.get("/account")
    assert answer.status_code == 503
    assert "Sorry, the service is not available" in answer.text


def _title(page: str) -> str:
    found = re.search(r"<h1[^>]*>([^<]+)</h1>", page)
    assert found is not None
    return found[1]


def test_hosts_that_are_not_ours_are_refused(client: FlaskClient) -> None:
    answer = client.get("/sign-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


def test_forwarded_headers_change_nothing_without_a_proxy(client: FlaskClient) -> None:
    spoofed = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.9",
        "X-Request-ID": "spoofed-reference",
    }
    answer = client.get("/account", headers=spoofed)
    assert answer.headers["Location"] == "/sign-in?next=/account"
    assert answer.headers["X-Request-ID"] != "spoofed-reference"


def test_https_brings_hsts_and_a_host_bound_cookie(settings: Settings, database: None) -> None:
    secure = settings.model_copy(update={"base_url": "https://localhost"})
    browser = create_app(secure).test_client()
    answer = browser.get("/sign-in", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-fundapp=v")
    assert sorted(part.strip() for part in cookie.split(";")[1:]) == [
        "HttpOnly",
        "Path=/",
        "SameSite=Lax",
        "Secure",
    ]


def test_too_much_is_refused_with_a_page(client: FlaskClient, settings: Settings) -> None:
    big = client.post("/sign-in", data={"email": "x" * (settings.max_form_bytes + 1)})
    assert big.status_code == 413
    parts = {f"field{number}": "x" for number in range(2_100)}
    assert client.post("/sign-in", data=parts, content_type="multipart/form-data").status_code == 413


@pytest.mark.parametrize(
    "hostile", ["/%00", "/%ff%fe", "/bids/%0b?x=1", "//evil.example/%00?x=%00", "/nowhere?x=%00"]
)
def test_addresses_with_hidden_characters_are_no_page(client: FlaskClient, hostile: str) -> None:
    assert client.get(hostile).status_code == 404


@pytest.mark.parametrize(
    ("hostile", "again"),
    [
        ("/sign-in?next=%00/office", "/sign-in?next=/office"),
        ("/sign-in?%01=1", "/sign-in?=1"),
        ("/sign-in?x=%00%0a&x=b", "/sign-in?x=%0A&x=b"),
        (
            "/rounds/FIF7/can-you-apply?staff=14%0b%07&place=a%26b",
            "/rounds/FIF7/can-you-apply?staff=14+&place=a%26b",
        ),
        ("/receipts/check?reference=%01FIF7", "/receipts/check?reference=FIF7"),
    ],
)
def test_hidden_characters_in_what_is_asked_for_are_taken_out(
    client: FlaskClient, hostile: str, again: str
) -> None:
    answer = client.get(hostile)
    assert (answer.status_code, unquote(answer.location)) == (302, unquote(again))
    assert client.post(hostile).status_code in {400, 404, 405}


def test_errors_of_ours_are_http_exceptions_only_where_meant(app: Flask) -> None:
    handlers = app.error_handler_spec[None][None]
    assert {HTTPException, Exception, OperationalError} <= handlers.keys()
