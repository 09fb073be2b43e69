"""One browser for each party of the world that tests of all pages share."""

from dataclasses import dataclass

from flask import Flask
from werkzeug.test import Client, TestResponse

from fundapp.extensions import db
from fundapp.models.people import Person
from fundapp.services import sessions
from fundapp.transaction import transaction
from tests.access.table import PARTIES
from tests.factories.world import World
from tests.web.browsing import HERE, token_in


@dataclass(frozen=True)
class Browser:
    """Somebody's browser that forgets what answers tell it, so that every request stands for itself."""

    client: Client
    cookie: str
    token: str

    def ask(self, method: str, address: str, *, token: str | None = None) -> TestResponse:
        """One request; an unsafe one carries the form token of this browser's session, or the one given."""
        sent = {"csrf_token": self.token if token is None else token} if method != "GET" else None
        headers = {"Cookie": self.cookie}
        return self.client.open(address, method=method, data=sent, headers=headers, buffered=True)


def of_everybody(app: Flask, world: World) -> dict[str, Browser]:
    """Every party's browser."""
    return {party: browser_of(app, world.people.get(party)) for party in PARTIES}


def browser_of(app: Flask, person_id: int | None) -> Browser:
    """The browser of somebody who is signed in, or of a visitor."""
    client = app.test_client(use_cookies=False)
    cookie = "fundapp=v" + "0" * 40
    if person_id is not None:
        with app.app_context(), transaction():
            person = db.session.get_one(Person, person_id)
            cookie = f"fundapp=s{sessions.begin(person, HERE, second_factor=True)}"
    token = token_in(
        client.get("/sign-in" if person_id is None else "/account", headers={"Cookie": cookie}).text
    )
    return Browser(client, cookie, token)
