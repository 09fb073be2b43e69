"""Writing an answer in a real browser: the network, the session, the server go, and no word is lost."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from fundapp.extensions import db
from fundapp.models.applications import Answer, Application
from fundapp.models.funds import Round
from fundapp.services import answers
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.journeys.browsing import PASSWORD, SAVED, die, end_sessions, give_password

pytestmark = pytest.mark.browser

EMAIL = "marguerite@wrackline.example"
OTHER_EMAIL = "ifor@wrackline.example"
QUESTION = "problem"
FIRST = "Dock gates silt up, and nobody sees it in time."
MORE = " Eleven harbour masters told us so."
THEIRS = "Silt costs every dock in the region a week a year."


@dataclass
class Desk:
    """Somebody at the page of one answer, in one window of a browser."""

    app: Flask
    context: BrowserContext
    address: str
    page: Page

    def open(self) -> None:
        """Another window at the same answer, in which everything from now on happens."""
        self.page = self.context.new_page()
        self.page.goto(self.address)

    @property
    def box(self) -> Locator:
        return self.page.locator("textarea")

    def write(self, text: str) -> None:
        """Type at the end of what stands in the box."""
        self.box.focus()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()

    def is_saved(self, text: str) -> None:
        """The page says so, and so do the records."""
        expect(self.page.locator("[data-saved]")).to_have_text(SAVED)
        expect(self.page.locator("[data-notice] .app-warning")).to_have_count(0)
        assert self.kept() == text

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-notice]")).to_contain_text(words)

    def kept(self) -> str:
        """The answer as the records have it."""
        with self.app.app_context():
            answer = db.session.query(Answer).one_or_none()
            return str(answer.value["text"]) if answer else ""

    def end_session(self) -> None:
        end_sessions(self.app)

    def somebody_else_saves(self, text: str) -> None:
        with self.app.app_context():
            bid = db.session.query(Application).one()
            version = db.session.query(Answer.version).scalar() or 0
            answers.save(bid, QUESTION, {"text": text}, version, bid.lead)

    def sign_in(self, form: Locator) -> None:
        self.fill_in(form, EMAIL, PASSWORD)

    def fill_in(self, form: Locator, email: str, password: str) -> None:
        form.locator("input[name=email]").fill(email)
        form.locator("input[name=password]").fill(password)
        form.get_by_role("button", name="Sign in", exact=True).click()


def _draft(app: Flask) -> str:
    """The address of an answer of a bid whose lead signs in with a password."""
    with app.app_context():
        rounds.begin_demo()
        rounds.open_round(people.officer())
        lead = people.applicant(email=EMAIL)
        give_password(lead)
        bid = factory.draft(db.session.query(Round).one(), lead, factory.firm(lead))
        return f"/bids/{bid.reference}/questions/{QUESTION}"


def _seated(app: Flask, browser: Browser, live_url: str, *, script: bool) -> Iterator[Desk]:
    context = browser.new_context(base_url=live_url, java_script_enabled=script)
    context.set_default_timeout(20_000)
    desk = Desk(app, context, _draft(app), context.new_page())
    desk.page.goto(f"/sign-in?next={desk.address}")
    desk.sign_in(desk.page.locator("main"))
    desk.page.wait_for_url(f"**{desk.address}")
    yield desk
    context.close()


@pytest.fixture
def desk(app: Flask, browser: Browser, live_url: str) -> Iterator[Desk]:
    """The lead at the answer's page."""
    yield from _seated(app, browser, live_url, script=True)


@pytest.fixture
def plain_desk(app: Flask, browser: Browser, live_url: str) -> Iterator[Desk]:
    """The same in a browser that runs no script."""
    yield from _seated(app, browser, live_url, script=False)


def test_a_pause_saves_and_the_page_says_when(desk: Desk) -> None:
    desk.write(FIRST)
    expect(desk.page.locator("[data-saved]")).to_have_text(SAVED, timeout=2_500)
    desk.is_saved(FIRST)
    desk.write(MORE)
    expect(desk.page.locator("[data-saved]")).to_have_text("Not saved yet")
    desk.is_saved(FIRST + MORE)


def test_without_a_network_writing_goes_on_and_is_saved_when_it_is_back(desk: Desk) -> None:
    desk.context.set_offline(True)
    desk.write(FIRST)
    desk.says("We cannot be reached")
    desk.press("Save and continue")
    desk.write(MORE)
    assert (desk.kept(), desk.box.input_value()) == ("", FIRST + MORE)
    desk.context.set_offline(False)
    desk.is_saved(FIRST + MORE)


def test_a_browser_that_died_before_the_words_were_saved_brings_them_back(desk: Desk) -> None:
    desk.context.set_offline(True)
    desk.write(FIRST)
    desk.says("We cannot be reached")
    die(desk.page)
    desk.context.set_offline(False)
    desk.open()
    desk.says("They are back in the box")
    expect(desk.box).to_have_value(FIRST)
    desk.is_saved(FIRST)
    desk.open()
    expect(desk.page.locator("[data-notice]")).to_be_empty()


def test_words_that_came_back_too_late_stand_beside_what_was_saved_meanwhile(desk: Desk) -> None:
    desk.context.set_offline(True)
    desk.write(FIRST)
    desk.says("We cannot be reached")
    die(desk.page)
    desk.context.set_offline(False)
    desk.somebody_else_saves(THEIRS)
    desk.open()
    desk.says(THEIRS)
    expect(desk.box).to_have_value(FIRST)
    desk.press("Keep what is in the box")
    desk.is_saved(FIRST)


def test_a_second_window_leaves_the_unsaved_words_of_the_first_alone(desk: Desk) -> None:
    first = desk.page
    first.route("**/autosave", lambda route: route.abort())
    desk.open()
    desk.page, second = first, desk.page
    desk.write(FIRST)
    desk.says("We cannot be reached")
    desk.page = second
    desk.write(THEIRS)
    desk.is_saved(THEIRS)
    first.close()
    desk.open()
    desk.says(THEIRS)
    expect(desk.box).to_have_value(FIRST)
    desk.press("Keep what is in the box")
    desk.is_saved(FIRST)
    desk.open()
    expect(desk.page.locator("[data-notice]")).to_be_empty()


def test_an_ended_session_is_taken_up_again_on_the_page(desk: Desk) -> None:
    desk.write(FIRST)
    desk.is_saved(FIRST)
    desk.end_session()
    desk.write(MORE)
    desk.says("You are signed out")
    desk.press("Sign in again")
    window = desk.page.get_by_role("dialog")
    desk.fill_in(window, EMAIL, "not the password")
    expect(window).to_contain_text("The e-mail address or the password is not right")
    desk.sign_in(window)
    desk.is_saved(FIRST + MORE)
    desk.press("Save and continue")
    desk.page.wait_for_url("**/questions/answer")


def test_a_session_taken_up_in_another_window_is_enough(desk: Desk) -> None:
    writing = desk.page
    desk.end_session()
    desk.write(FIRST)
    desk.says("You are signed out")
    desk.page = desk.context.new_page()
    desk.page.goto("/sign-in")
    desk.sign_in(desk.page.locator("main"))
    desk.page.wait_for_url("**/bids")
    desk.page = writing
    writing.evaluate("window.dispatchEvent(new Event('focus'))")
    desk.is_saved(FIRST)


def test_somebody_elses_account_does_not_save_these_words(desk: Desk, app: Flask) -> None:
    with app.app_context():
        give_password(people.applicant("Ifor Penrose", OTHER_EMAIL))
    desk.end_session()
    desk.write(FIRST)
    desk.says("You are signed out")
    desk.press("Sign in again")
    window = desk.page.get_by_role("dialog")
    desk.fill_in(window, OTHER_EMAIL, PASSWORD)
    expect(window).to_contain_text("somebody else’s account")
    assert desk.kept() == ""


@pytest.mark.parametrize(
    ("press", "left"),
    [("Keep what is in the box", FIRST), ("Take the saved words", THEIRS)],
    ids=["mine", "theirs"],
)
def test_words_saved_by_two_are_both_shown_and_one_chooses(desk: Desk, press: str, left: str) -> None:
    desk.somebody_else_saves(THEIRS)
    desk.write(FIRST)
    desk.says(THEIRS)
    assert desk.kept() == THEIRS
    desk.press(press)
    expect(desk.box).to_have_value(left)
    desk.is_saved(left)
    if left == THEIRS:
        desk.page.get_by_text("Your own words, put aside").click()
        desk.says(FIRST)


def test_a_server_that_fails_is_asked_again(desk: Desk) -> None:
    failing = [503, 0]

    def answer(route: Route) -> None:
        status = failing.pop(0) if failing else None
        if status is None:
            route.continue_()
        elif status:
            route.fulfill(status=status, json={"error": "down"})
        else:
            route.abort()

    desk.page.route("**/autosave", answer)
    desk.write(FIRST)
    desk.says("We cannot be reached")
    desk.is_saved(FIRST)
    assert failing == []


def test_words_whose_answer_was_lost_on_the_way_are_ones_own(desk: Desk) -> None:
    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.page.route("**/autosave", lose_the_answer, times=1)
    desk.write(FIRST)
    desk.says("We cannot be reached")
    assert desk.kept() == FIRST
    desk.write(MORE)
    desk.is_saved(FIRST + MORE)


def test_a_button_pressed_at_once_saves_first(desk: Desk) -> None:
    desk.write(FIRST)
    desk.press("Save and continue")
    desk.page.wait_for_url("**/questions/answer")
    assert desk.kept() == FIRST
    desk.open()
    expect(desk.box).to_have_value(FIRST)
    expect(desk.page.locator("[data-notice]")).to_be_empty()


def test_after_the_close_nothing_is_saved_and_the_words_stay(desk: Desk, app: Flask) -> None:
    desk.write(FIRST)
    desk.is_saved(FIRST)
    with app.app_context():
        rounds.move_to(rounds.CLOSES)
    desk.write(MORE)
    desk.says("You are signed out")
    desk.press("Sign in again")
    desk.sign_in(desk.page.get_by_role("dialog"))
    desk.says("This is not saved")
    assert (desk.kept(), desk.box.input_value()) == (FIRST, FIRST + MORE)


def test_without_script_a_press_after_the_session_ended_carries_the_words_along(plain_desk: Desk) -> None:
    desk = plain_desk
    desk.box.fill(FIRST)
    desk.end_session()
    desk.press("Save and continue")
    expect(desk.page.locator("main")).to_contain_text(FIRST)
    desk.fill_in(desk.page.locator("main"), EMAIL, "not the password")
    expect(desk.page.locator("main")).to_contain_text(FIRST)
    desk.sign_in(desk.page.locator("main"))
    expect(desk.page.locator("h1")).to_have_text("What you wrote is still here")
    desk.press("Send it again")
    desk.page.wait_for_url("**/questions/answer")
    assert desk.kept() == FIRST


def test_without_script_words_saved_by_two_are_both_shown(plain_desk: Desk) -> None:
    desk = plain_desk
    desk.somebody_else_saves(THEIRS)
    desk.box.fill(FIRST)
    desk.press("Save")
    expect(desk.page.locator("#saved-meanwhile")).to_contain_text(THEIRS)
    expect(desk.box).to_have_value(FIRST)
    desk.press("Save")
    assert desk.kept() == FIRST


def test_an_earlier_text_is_read_and_put_back(desk: Desk) -> None:
    long = ("Silt. " * 30).strip()
    desk.somebody_else_saves(long)
    desk.open()
    desk.box.fill("Nothing.")
    desk.is_saved("Nothing.")
    desk.page.get_by_role("link", name="Earlier texts").click()
    desk.page.get_by_text("Read it").last.click()
    expect(desk.page.locator("main")).to_contain_text(long)
    desk.press("Make this the answer again")
    desk.page.wait_for_url(f"**{desk.address}")
    expect(desk.box).to_have_value(long)
    desk.page.get_by_role("link", name="Earlier texts").click()
    expect(desk.page.locator("main section")).to_have_count(3)


def test_without_script_what_was_too_much_to_send_is_still_in_the_box_one_step_back(plain_desk: Desk) -> None:
    words = "Silt. " * 1_700_000
    plain_desk.box.fill(words)
    plain_desk.press("Save")
    expect(plain_desk.page.locator("main")).to_contain_text("Go back: your text is still on the page.")
    plain_desk.page.go_back()
    expect(plain_desk.box).to_have_value(words)
    assert plain_desk.kept() == ""
