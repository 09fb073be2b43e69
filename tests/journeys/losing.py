"""What is lost while somebody writes: the network, the session, the server; the words must not be."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Locator, expect

from tests.journeys.applicant import Applicant
from tests.journeys.browsing import PASSWORD, end_sessions
from tests.journeys.conftest import Service
from tests.journeys.filling import ON


class Losing:
    """Each writes the words of an answer, loses something on the way, and goes on to the next page."""

    def __init__(self, who: Applicant, email: str, app: Flask, service: Service) -> None:
        self.who, self.email, self.app, self.service = who, email, app, service

    def network(self, words: str) -> None:
        """The network goes while somebody types."""
        network = self.who.page.context
        self._lose(words, lambda: network.set_offline(True), lambda: network.set_offline(False))

    def server(self, words: str) -> None:
        """The service goes, and comes back as a new one."""
        self._lose(words, self.service.stop, self.service.start)

    def _lose(self, words: str, lose: Callable[[], None], regain: Callable[[], None]) -> None:
        """Write while nobody answers; a script saves it by itself, else it is sent again after going back."""
        who = self.who
        begun, rest = words[:30], words[30:]
        if who.has_script:
            who.write(answer=begun)
            lose()
            who.page.keyboard.type(rest)
            who.says("We cannot be reached")
            who.look("unreachable")
            regain()
            who.is_saved()
            who.screen.forgive("ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED")
        else:
            who.write(answer=words)
            lose()
            who.hand.press(who.button(ON))
            who.page.wait_for_url("chrome-error://**")
            regain()
            who.page.go_back()
            expect(who.page.locator("textarea")).to_have_value(words)
        who.press(ON)

    def session(self, words: str) -> None:
        """Write in a session that has ended; sign in on the page, or on the page that carries the words."""
        who = self.who
        begun, rest = words[:30], words[30:]
        who.write(answer=begun if who.has_script else words)
        end_sessions(self.app)
        if who.has_script:
            who.page.keyboard.type(rest)
            who.says("You are signed out")
            who.hand.press(who.button("Sign in again"))
            who.look("signing in")
            self._sign_in(who.page.get_by_role("dialog"))
            who.is_saved()
        else:
            who.press(ON)
            who.screen.reads(words)
            self._sign_in(who.page.locator("main"))
            who.screen.reads("What you wrote is still here", words)
            who.look("signed in")
        who.screen.forgive("401")
        who.press(ON if who.has_script else "Send it again")

    def _sign_in(self, form: Locator) -> None:
        hand = self.who.hand
        hand.write(form.locator("input[name=email]"), self.email)
        hand.write(form.locator("input[name=password]"), PASSWORD)
        hand.press(form.get_by_role("button", name="Sign in", exact=True))
