"""Staff set a phone up before anything opens, and give its code at every sign-in."""

import re
import time

import pyotp
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.extensions import db
from fundapp.models.people import Person
from tests.web.browsing import enrol, send, signed_in
from workflows.actors import Role

SET_UP, GIVE = "/account/set-up-phone", "/account/second-factor"


def secret_on(page: str) -> str:
    found = re.search(r'<code class="app-code">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1].replace(" ", "")


def codes_of(secret: str) -> tuple[str, str]:
    """What a phone with this secret shows now, and what it shows half a minute later."""
    now = time.time() // 30
    return pyotp.TOTP(secret).generate_otp(int(now)), pyotp.TOTP(secret).generate_otp(int(now) + 1)


def with_phone(app: Flask, person_id: int) -> tuple[FlaskClient, tuple[str, str], list[str]]:
    """A browser of somebody who has just set up a phone, its code used and its next, the codes for paper."""
    browser = signed_in(app, person_id, second_factor=False)
    shown = codes_of(secret_on(browser.get(SET_UP).text))
    page = send(browser, SET_UP, {"code": shown[0]})
    assert page.status_code == 200
    codes = [each.text for each in BeautifulSoup(page.text, "html.parser").select("main li code")]
    return browser, shown, codes


def test_staff_set_a_phone_up_and_only_then_get_in(app: Flask, client: FlaskClient) -> None:
    browser = signed_in(app, enrol(app, Role.ADMINISTRATOR), second_factor=False)
    assert browser.get("/admin/people").headers["Location"] == f"{GIVE}?next=/admin/people"
    assert browser.get(f"{GIVE}?next=/admin/people").headers["Location"] == f"{SET_UP}?next=/admin/people"
    page = browser.get(SET_UP)
    assert "<svg" in page.text
    wrong = send(browser, SET_UP, {"code": "000000"})
    assert (wrong.status_code, browser.get("/admin/people").status_code) == (400, 302)
    now, _ = codes_of(secret_on(page.text))
    done = send(browser, SET_UP, {"code": f" {now[:3]} {now[3:]}"})
    assert "Keep these codes somewhere safe" in done.text
    assert done.headers["Cache-Control"] == "no-store"
    assert browser.get("/admin/people").status_code == 200
    with app.app_context():
        person = db.session.get_one(Person, 1)
        assert person.has_second_factor


def test_the_next_sign_in_asks_for_the_code(app: Flask, client: FlaskClient) -> None:
    person_id = enrol(app, Role.ADMINISTRATOR)
    _, (used, following), _ = with_phone(app, person_id)
    again = signed_in(app, person_id, second_factor=False)
    before = again.get_cookie("fundapp")
    assert again.get(SET_UP).headers["Location"] == GIVE
    assert send(again, GIVE, {"code": used}).status_code == 400
    assert send(again, GIVE, {"code": following}).headers["Location"] == "/admin/people"
    assert again.get_cookie("fundapp") != before
    assert again.get("/admin/people").status_code == 200


def test_a_code_from_paper_gets_in_once(app: Flask, client: FlaskClient) -> None:
    person_id = enrol(app, Role.ADMINISTRATOR)
    _, _, codes = with_phone(app, person_id)
    first, second = (signed_in(app, person_id, second_factor=False) for _ in range(2))
    assert send(first, GIVE, {"code": codes[0].lower()}).status_code == 302
    assert send(second, GIVE, {"code": codes[0]}).status_code == 400


def test_an_applicant_may_set_one_up_and_is_asked_from_then_on(app: Flask, client: FlaskClient) -> None:
    person_id = enrol(app)
    browser = signed_in(app, person_id, second_factor=False)
    assert browser.get("/account").status_code == 200
    secret = secret_on(browser.get("/account/change-phone").text)
    send(browser, "/account/change-phone", {"code": pyotp.TOTP(secret).now()})
    assert browser.get("/account").status_code == 200
    other = signed_in(app, person_id, second_factor=False)
    assert other.get("/account").headers["Location"] == f"{GIVE}?next=/account"


def test_another_phone_needs_the_password(app: Flask, client: FlaskClient) -> None:
    browser, _, _ = with_phone(app, enrol(app, Role.OFFICER))
    page = browser.get("/account/change-phone").text
    code = pyotp.TOTP(secret_on(page)).now()
    assert send(browser, "/account/change-phone", {"code": code}).status_code == 400
    refused = send(browser, "/account/change-phone", {"code": code, "password": "not the password"})
    assert "Your password is not right" in refused.text


def test_nobody_reaches_the_code_pages_from_outside(app: Flask, client: FlaskClient) -> None:
    for page in (SET_UP, GIVE):
        assert client.get(page).headers["Location"] == "/sign-in"
    proven = signed_in(app, enrol(app, Role.OFFICER))
    assert proven.get(SET_UP).headers["Location"] == "/sign-in"
