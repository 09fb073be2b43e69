"""The frame shows who is signed in and only the places that open to them."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from fundapp.web.navigation import PLACES, PUBLIC_PLACES, ROLE_NAMES
from tests.web.browsing import somebody
from workflows.actors import Role


def test_no_role_has_more_than_six_places() -> None:
    assert max(len(places) for places in (*PLACES.values(), PUBLIC_PLACES)) <= 6
    assert PLACES.keys() == ROLE_NAMES.keys() == set(Role) - {Role.PUBLIC}


def test_every_place_is_a_page(app: Flask) -> None:
    pages = {rule.rule for rule in app.url_map.iter_rules()}
    named = {href for places in (*PLACES.values(), PUBLIC_PLACES) for _, href in places}
    assert named <= pages


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
def test_every_door_of_the_menu_opens_and_the_current_one_is_marked(
    app: Flask, client: FlaskClient, role: Role
) -> None:
    browser = somebody(app, role)
    menu = BeautifulSoup(browser.get("/account").text, "html.parser").select(
        ".govuk-service-navigation__link"
    )
    assert [link.text.strip() for link in menu] == [text for text, _ in PLACES[role]]
    for link in menu:
        page = browser.get(str(link["href"]))
        assert page.status_code == 200, link["href"]
        current = BeautifulSoup(page.text, "html.parser").select_one(
            '[aria-current="page"], [aria-current="true"]'
        )
        assert current is not None
        assert current.text.strip() == link.text.strip()


def test_an_auditor_finds_every_list_they_may_read(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.AUDITOR)
    reached = {href for _, href in PLACES[Role.AUDITOR]}
    for place in tuple(reached):
        page = BeautifulSoup(browser.get(place).text, "html.parser")
        reached |= {str(link["href"]).partition("?")[0] for link in page.select("main a[href]")}
    assert {
        "/board", "/finance", "/finance/awards", "/finance/claims", "/finance/runs",
        "/office/bids", "/office/letters", "/admin/messages", "/rd-total",
    } <= reached  # fmt: skip


def test_an_auditor_finds_the_awards_beside_the_other_lists_of_money(app: Flask, client: FlaskClient) -> None:
    browser = somebody(app, Role.AUDITOR)
    page = BeautifulSoup(browser.get("/finance").text, "html.parser")
    lists = {link.text: str(link["href"]) for link in page.select("main a[href]") if "Every" in link.text}
    assert lists == {
        "Every award": "/finance/awards",
        "Every claim": "/finance/claims",
        "Every payment run": "/finance/runs",
    }
    for address in lists.values():
        current = BeautifulSoup(browser.get(address).text, "html.parser").select_one(
            ".govuk-service-navigation__item--active"
        )
        assert current is not None
        assert current.text.strip() == "Money"


def test_visitors_see_the_public_places(app: Flask, client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/sign-in").text, "html.parser")
    assert [link.text.strip() for link in page.select(".govuk-service-navigation__link")] == [
        text for text, _ in PUBLIC_PLACES
    ]


def test_the_chip_names_the_role_and_applicants_need_none(app: Flask, client: FlaskClient) -> None:
    chips = {}
    for role in (Role.OFFICER, Role.APPLICANT):
        page = BeautifulSoup(somebody(app, role).get("/account").text, "html.parser")
        chip = page.select_one(".app-header__role")
        chips[role] = chip.text if chip else None
    assert chips == {Role.OFFICER: "Programme team", Role.APPLICANT: None}


def test_built_files_are_kept_for_a_year_under_their_hashed_names(app: Flask, client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/sign-in").text, "html.parser")
    sheet = page.select_one('link[rel="stylesheet"]')
    assert sheet is not None
    answer = client.get(str(sheet["href"]))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/../config/settings.py").status_code == 404
    assert client.get("/static/manifest.json").headers["Cache-Control"] != answer.headers["Cache-Control"]
