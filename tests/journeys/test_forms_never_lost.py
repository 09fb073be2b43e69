"""Forms of several boxes in a real browser: saved by themselves, kept through every loss, never put over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.services import bids, organisations
from fundapp.services.bids import Project
from fundapp.services.organisations import Place
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.journeys.browsing import PASSWORD, SAVED, die, end_sessions, give_password

pytestmark = pytest.mark.browser

BID = "/bids/FIF7-0001"
PROJECT, PLACE, SIZE = f"{BID}/project", f"{BID}/questions/who_you_are", f"{BID}/questions/size_and_sites"
EMAIL = "marguerite@wrackline.example"


@dataclass
class Desk:
    """The lead of a draft at its forms."""

    app: Flask
    page: Page

    def type(self, name: str, words: str, box: int = 0) -> None:
        """Type into a box, in place of what stands there."""
        self.page.locator(f'main [name="{name}"]').nth(box).focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def type_date(self, name: str, *parts: str) -> None:
        for box, words in enumerate(parts):
            self.type(name, words, box)

    def is_saved(self) -> None:
        expect(self.page.locator("[data-saved]")).to_have_text(SAVED)
        expect(self.page.locator("[data-notice] .app-warning")).to_have_count(0)
        expect(self.page.locator("[data-mistake]")).to_have_count(0)

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-notice]")).to_contain_text(words)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.locator("main").get_by_role("button", name=name).click()

    @property
    def project(self) -> Project:
        with self.app.app_context():
            return bids.project_of(db.session.query(Application).one())

    @property
    def size(self) -> tuple[object, ...]:
        with self.app.app_context():
            firm = db.session.query(Organisation).one()
            return firm.year_ended_on, firm.staff_count, firm.turnover_pence, firm.gross_assets_pence


@pytest.fixture
def desk(app: Flask, browser: Browser, live_url: str) -> Iterator[Desk]:
    context = browser.new_context(base_url=live_url)
    context.set_default_timeout(20_000)
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())
        lead = people.applicant(email=EMAIL)
        give_password(lead)
        factory.draft(db.session.query(Round).one(), lead, factory.firm(lead))
        context.add_cookies([{"name": "fundapp", "value": people.cookie_of(lead), "url": live_url}])
    yield Desk(app, context.new_page())
    context.close()


def test_a_project_is_kept_through_a_lost_network_and_an_ended_session(desk: Desk) -> None:
    page, context = desk.page, desk.page.context
    page.goto(PROJECT)
    desk.type("title", "Lamps that see fog")
    desk.is_saved()
    context.set_offline(True)
    desk.type("summary", "Lamps for docks.")
    page.locator('[name="theme"][value="digitalisation"]').check(force=True)
    desk.says("We cannot be reached")
    die(page)
    context.set_offline(False)
    desk.page = page = context.new_page()
    page.goto(PROJECT)
    desk.says("They are back in the form")
    desk.is_saved()
    end_sessions(desk.app)
    desk.type_date("starts_on", "1", "4", "2027")
    desk.says("You are signed out")
    desk.press("Sign in again")
    window = page.get_by_role("dialog")
    window.locator("input[name=email]").fill(EMAIL)
    window.locator("input[name=password]").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    desk.is_saved()
    assert desk.project == Project(
        "Lamps that see fog", "Lamps for docks.", "digitalisation", date(2027, 4, 1), None
    )


def test_what_cannot_be_read_is_said_at_its_box_and_stays_in_the_browser(desk: Desk) -> None:
    page = desk.page
    page.goto(PROJECT)
    desk.type("months", "twelve")
    said = page.locator("[data-mistake]")
    expect(said).to_have_text("Enter a whole number, like 12")
    box = page.locator('[name="months"]')
    expect(box).to_have_accessible_description(re.compile("Enter a whole number, like 12"))
    expect(box).to_have_class(re.compile("govuk-input--error"))
    before = desk.project
    page.reload()
    expect(box).to_have_value("twelve")
    expect(said).to_have_count(1)
    desk.press("Save and continue")
    expect(box).to_be_focused()
    assert desk.project == before
    desk.type("months", "12")
    desk.is_saved()
    expect(box).not_to_have_accessible_description(re.compile("like 12"))
    expect(box).not_to_have_class(re.compile("govuk-input--error"))
    assert desk.project.months == 12


@pytest.mark.parametrize("keeps", [True, False], ids=["mine", "theirs"])
def test_a_place_saved_by_two_is_shown_twice_and_one_chooses(desk: Desk, keeps: bool) -> None:
    desk.page.goto(PLACE)
    with desk.app.app_context():
        firm = db.session.query(Organisation).one()
        colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
        people.join(firm, colleague)
        other = Place("Wrackline Lamps", "L3 1BP", "E08000012", "L3 1BP", "limited_company")
        organisations.update(firm, other, colleague)
    desk.type("name", "Wrackline Ltd")
    desk.says("by Tomasz Bell")
    desk.says("Name of the organisation: Wrackline Lamps")
    desk.says("Which district is that in?: Liverpool")
    desk.press("Keep what is in the form" if keeps else "Take the saved words")
    desk.is_saved()
    with desk.app.app_context():
        name = "Wrackline Ltd" if keeps else "Wrackline Lamps"
        assert db.session.query(Organisation).one().name == name
        expect(desk.page.locator('[name="name"]')).to_have_value(name)


def test_a_size_waits_until_it_is_whole_and_another_year_until_the_press(desk: Desk) -> None:
    page = desk.page
    page.goto(SIZE)
    for name in ("staff_count", "turnover_pence", "gross_assets_pence"):
        desk.type(name, " ")
    desk.type_date("year_ended_on", "31", "3", "2026")
    desk.says("Still to fill in: How many people work there?")
    desk.type("staff_count", "14")
    desk.type("turnover_pence", "£1.2 million")
    desk.type("gross_assets_pence", "200000")
    desk.is_saved()
    saved = (date(2026, 3, 31), 14, 120_000_000, 20_000_000)
    assert desk.size == saved
    expect(page.locator("[data-aside]")).to_contain_text("has changed")
    expect(page.locator("[data-part=counted]")).to_contain_text("Year ended 31 March 2026")
    desk.type_date("year_ended_on", "31", "3", "2025")
    desk.says("The figures of another year are saved when you press")
    assert desk.size == saved
    desk.press("Save and continue")
    page.wait_for_url(re.compile(r"/questions/(?!size)|/money$"))
    expect(page.locator("main")).to_contain_text("The figures of the year ended 31 March 2025 are kept.")
    assert desk.size == saved
