"""A person at a browser: opens pages, fills in what a form calls its boxes, presses buttons, reads."""

import re
from collections.abc import Iterable

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response
from sqlalchemy import select, update

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.messages import Message
from fundapp.models.people import LoginSession, Person
from fundapp.services import passwords
from fundapp.services.personas import BY_KEY
from fundapp.transaction import transaction
from tests.factories.outbox import work_off

SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")
PASSWORD = "tidal gantry pelican"


@transaction()
def give_password(who: Person) -> None:
    """Let this person sign in with the password."""
    db.session.get_one(Person, who.id).password_hash = passwords.hashed(PASSWORD)


def link_in_mail(app: Flask, address: str) -> str:
    """The way to go on that the one mail to an address offers, once it is sent."""
    with app.app_context():
        work_off()
        mail = db.session.scalars(select(Message).where(Message.to_address == address)).one()
        found = re.search(r"/account/link/\S+", mail.body_text)
    assert found is not None, mail.body_text
    return found[0]


def end_sessions(app: Flask) -> None:
    """Everybody is signed out from now on, and their browsers do not know it yet."""
    with app.app_context(), transaction():
        db.session.execute(update(LoginSession).values(ended_at=clock.now()))


def die(page: Page) -> None:
    """End the process behind a page, which has no time to say goodbye as one that is closed has."""
    with pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()


class Screen:
    """One person's browser window. Whatever goes wrong behind the page is kept to be looked at."""

    def __init__(self, browser: Browser, address: str, *, script: bool) -> None:
        context = browser.new_context(
            base_url=address, java_script_enabled=script, viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        self.wrong: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("response", self._answered)

    def open(self, address: str) -> None:
        """Go to an address."""
        self.page.goto(address)

    def fill(self, **boxes: str) -> None:
        """Write into boxes, by the names the form gives them."""
        for name, words in boxes.items():
            self.page.locator(f'main [name="{name}"]').first.fill(words)

    def fill_date(self, name: str, day: int, month: int, year: int) -> None:
        """Write a date into its three boxes."""
        for box, number in zip(
            self.page.locator(f'main input[name="{name}"]').all(), (day, month, year), strict=True
        ):
            box.fill(str(number))

    def choose(self, name: str, value: str) -> None:
        """Choose one of several answers."""
        self.page.locator(f'main input[name="{name}"][value="{value}"]').check(force=True)

    def tick(self, name: str) -> None:
        """Tick every box of this name."""
        for box in self.page.locator(f'main input[type=checkbox][name="{name}"]').all():
            box.check(force=True)

    def press(self, words: str | re.Pattern[str]) -> None:
        """Press the button with these words and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=words).first.click()
        problems = self.page.locator(".govuk-error-summary").all_inner_texts()
        assert problems == [], f"{self.page.url} after {words}: {problems}"

    def follow(self, words: str | re.Pattern[str]) -> None:
        """Follow the link with these words."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=words).first.click()

    def become(self, persona: str) -> None:
        """Sign in as one of the demonstration's people, by its bar."""
        self.open("/")
        self._bar("persona", persona, "Switch")
        self.reads(BY_KEY[persona].name, where="body")

    def move_clock(self, moment: str) -> None:
        """Move the demonstration's clock, by its bar."""
        self._bar("clock", moment, "Move")

    def reads(self, *sentences: str, where: str = "main") -> None:
        """Make sure that the page says this."""
        found = " ".join(self.page.locator(where).inner_text().split())
        for sentence in sentences:
            assert sentence in found, f"{self.page.url} does not say {sentence!r}: {found[:2_000]}"

    def forgive(self, pattern: str) -> None:
        """Take what was meant to go wrong off the list, and make sure that it did."""
        left = [each for each in self.wrong if not re.search(pattern, each)]
        assert len(left) < len(self.wrong), f"nothing went wrong like {pattern}: {self.wrong}"
        self.wrong[:] = left

    def fetch(self, address: str) -> bytes:
        """Load a file, as a link to it would."""
        answer = self.page.request.get(address)
        assert answer.ok, f"{address}: {answer.status}"
        return answer.body()

    @property
    def path(self) -> str:
        """Where the window is."""
        return re.sub(r"^https?://[^/]+|#.*$", "", self.page.url)

    def _bar(self, name: str, value: str, press: str) -> None:
        if not self.page.locator(f"#demo-{name}").is_visible():
            self.page.locator(".app-demo__switch summary").click()
        self.page.locator(f"#demo-{name}").select_option(value)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=press, exact=True).click()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.request.method} {response.url}: {response.status}")


def nothing_wrong(screens: Iterable[Screen]) -> bool:
    """Whether no window met an error, in the page or behind it."""
    assert [wrong for screen in screens for wrong in screen.wrong] == []
    return True
