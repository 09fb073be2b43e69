"""Drives pages as a person would: reads the form token from the page and sends it back."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fundapp.extensions import db
from fundapp.models.people import Person
from fundapp.services import passwords, sessions
from fundapp.services.sessions import Browser
from fundapp.transaction import transaction
from tests.factories import people
from workflows.actors import Role

HERE = Browser("127.0.0.1", "Firefox on Linux")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
VERSION = re.compile(r'name="version" value="(\d+)"')
PASSWORD = "tidal gantry pelican"


def token_in(page: str) -> str:
    """The form token of a page."""
    found = TOKEN.search(page)
    assert found is not None, "the page has no form token"
    return found[1]


def send(client: FlaskClient, address: str, data: Mapping[str, Any], page: str | None = None) -> TestResponse:
    """Open the page of a form and send the form, on top of the version that the page shows."""
    shown = client.get(page or address).text
    version = VERSION.search(shown)
    hidden = {"csrf_token": token_in(shown)} | ({"version": version[1]} if version else {})
    return client.post(address, data={**hidden, **data})


def enrol(
    app: Flask, role: Role = Role.APPLICANT, email: str = "ada@quay.example", name: str = "Ada Quay"
) -> int:
    """Somebody with a role; returns their id."""
    with app.app_context():
        return people.person(name, role, email=email).id


@cache
def hash_of_the_password() -> str:
    """What is kept of `PASSWORD`: a hash is dear, and as good for the next test."""
    return passwords.hashed(PASSWORD)


def signed_in(app: Flask, person_id: int, *, second_factor: bool = True) -> FlaskClient:
    """A browser in which this person is signed in."""
    with app.app_context(), transaction():
        token = sessions.begin(db.session.get_one(Person, person_id), HERE, second_factor=second_factor)
    client = app.test_client()
    client.set_cookie("fundapp", f"s{token}")
    return client


def somebody(app: Flask, role: Role) -> FlaskClient:
    """A browser in which a new person with this role is signed in."""
    return signed_in(app, enrol(app, role, email=f"{role.value}@quay.example"))
