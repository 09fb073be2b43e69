"""The first administrator comes in by a one-time link from the command line."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from fundapp.cli import users
from fundapp.extensions import db
from fundapp.models.people import Person
from tests.web.browsing import send
from workflows.actors import Role


@pytest.fixture
def run(app_context: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command, in the office of the tests."""
    monkeypatch.setattr(users, "office", app_context.app_context)
    return CliRunner()


def test_the_first_administrator_gets_a_link_that_works_once(run: CliRunner, app: Flask) -> None:
    asked = run.invoke(
        users.users, ["add", "Sam@Region.example", "--name", "Sam  Okonjo", "--role", "administrator"]
    )
    assert asked.exit_code == 0, asked.output
    said, link = asked.output.strip().splitlines()
    assert (
        said == "Sam Okonjo <sam@region.example> is invited as administrator. Open this to choose a password:"
    )
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert person.roles == {Role.ADMINISTRATOR}
        assert person.password_hash is None
    path = link.removeprefix("http://localhost:8000")
    browser = app.test_client()
    chosen = send(browser, path, {"password": "tidal gantry pelican"})
    assert chosen.headers["Location"] == "/account/set-up-phone"
    assert app.test_client().get(path).status_code == 410


def test_asking_again_gives_a_fresh_link_and_no_second_person(run: CliRunner, app: Flask) -> None:
    words = ["add", "sam@region.example", "--name", "Sam Okonjo", "--role", "administrator"]
    first, second = (run.invoke(users.users, words).output.strip().splitlines()[1] for _ in range(2))
    assert first != second
    old, new = (link.removeprefix("http://localhost:8000") for link in (first, second))
    assert app.test_client().get(old).status_code == 410
    assert app.test_client().get(new).status_code == 200
    with app.app_context():
        assert len(db.session.scalars(select(Person)).all()) == 1


def test_a_name_on_record_stays_and_that_is_said(run: CliRunner, app: Flask) -> None:
    words = ["add", "sam@region.example", "--role"]
    assert (
        "keeps that name"
        not in run.invoke(users.users, [*words, "administrator", "--name", "S" * 120]).output
    )
    again = run.invoke(users.users, [*words, "officer", "--name", "Sam Okonjo"])
    assert again.exit_code == 0
    assert again.stderr == f"sam@region.example is on record as {'S' * 120}, and keeps that name.\n"
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert person.roles == {Role.ADMINISTRATOR, Role.OFFICER}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sam", "--name", "Sam", "--role", "officer"], "Enter an e-mail address"),
        (["sam@region.example", "--name", " ", "--role", "officer"], "must be a name"),
        (["sam@region.example", "--name", "S\nam", "--role", "officer"], "must be a name"),
        (
            ["sam@region.example", "--name", "S" * 121, "--role", "officer"],
            "has 121 letters; 120 are allowed",
        ),
        (["sam@region.example", "--name", "Sam", "--role", "king"], "'king' is not one of"),
        (["sam@region.example", "--name", "Sam"], "Missing option '--role'"),
    ],
)
def test_mistakes_are_said_in_words(run: CliRunner, app: Flask, words: list[str], said: str) -> None:
    answer = run.invoke(users.users, ["add", *words])
    assert answer.exit_code == 2
    assert said in answer.output
    with app.app_context():
        assert db.session.scalar(select(Person)) is None
