"""Somebody who applies, at a screen of their own: what they press and write, and how each page looks."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.browsing import SAVED, Screen
from tests.journeys.hands import Hand, Keys, Pointer
from tests.journeys.looking import Glass, seen, with_axe


class Applicant:
    """Somebody at a screen of their own: every page they come to is looked at before they go on."""

    def __init__(self, browser: Browser, address: str, glass: Glass | None) -> None:
        self.screen = Screen(browser, address, script=glass is None)
        self.page: Page = self.screen.page
        if glass is None:
            with_axe(self.page.context)
        self.hand: Hand = Keys(self.page) if glass is None else Pointer(self.page)
        self.glass = glass
        self.wrong: list[str] = []
        self.looked_at: set[str] = set()

    @property
    def has_script(self) -> bool:
        """Whether the pages' scripts run here."""
        return self.glass is None

    def look(self, state: str = "") -> None:
        """Look at the page as it stands, once for each address and state."""
        name = f"{self.screen.path} {state}"
        if name in self.looked_at:
            return
        self.looked_at.add(name)
        found = self.glass.look(self.page.content()) if self.glass else seen(self.page)
        self.wrong += [f"{name}: {each}" for each in found]

    def open(self, address: str) -> None:
        self.screen.open(address)
        self.look()

    def go(self, wished: Locator) -> None:
        """Press and arrive at the page it leads to."""
        self.hand.reach(wished)
        with self.page.expect_navigation():
            self.hand.press(wished)
        problems = self.page.locator(".govuk-error-summary").all_inner_texts()
        assert problems == [], f"{self.page.url}: {problems}"
        self.look()

    def follow(self, address: str) -> None:
        """Follow the first link whose address ends like this."""
        self.go(self.page.locator(f'main a[href$="{address}"]').first)

    def back(self) -> None:
        """Follow the way back at the top of the page."""
        self.go(self.page.locator(".govuk-back-link"))

    def press(self, words: str | re.Pattern[str]) -> None:
        self.go(self.button(words))

    def button(self, words: str | re.Pattern[str]) -> Locator:
        return self.page.locator("main").get_by_role("button", name=words).first

    def write(self, **boxes: str | tuple[str, ...]) -> None:
        """Write into boxes by their names; a date into its three."""
        for name, words in boxes.items():
            for place, text in enumerate([words] if isinstance(words, str) else words):
                self.hand.write(self.page.locator(f'[name="{name}"]').nth(place), text)

    def choose(self, name: str, value: str) -> None:
        self.hand.choose(name, value)

    def is_saved(self) -> None:
        expect(self.page.locator("[data-saved]")).to_have_text(SAVED)
        expect(self.page.locator("[data-notice] .app-warning")).to_have_count(0)

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-notice]")).to_contain_text(words)
