"""Opens the office for a command: settings, servers, a migrated database, and the application."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from flask import Flask

from fundapp import migrating
from fundapp.application import create_app
from fundapp.config import Settings, SettingsError, load_settings
from fundapp.embedded import provided
from fundapp.gateways.storage import StorageError, insist_on_writing


@contextmanager
def servers(words: Mapping[str, str] | None = None) -> Iterator[Settings]:
    """Settings with servers that answer, configured or private, and a migrated database.

    `words` are variables given on the command line instead of in the environment.
    """
    given = load_settings({**os.environ, **(words or {})})
    _insist_on_files(given)
    with provided(given) as settings:
        ensure_migrated(settings, private=given.database_url is None)
        yield settings


@contextmanager
def office() -> Iterator[Flask]:
    """The application with its context pushed, to call services and queries from a command."""
    with servers() as settings:
        app = create_app(settings)
        with app.app_context():
            yield app


def _insist_on_files(settings: Settings) -> None:
    try:
        insist_on_writing(settings.files)
    except StorageError as problem:
        raise SettingsError([f"FUNDAPP_FILES_URL: {problem}"]) from None


def ensure_migrated(settings: Settings, *, private: bool) -> None:
    """Bring an empty or a private database to the newest migration; refuse any other that is not there."""
    url = str(settings.migrator_url)
    state = state_of(url)
    if state == "newest":
        return
    if state == "unknown":
        raise SettingsError(["DATABASE_URL leads to a database of something else, or of a newer fundapp"])
    if state == "behind" and not private:
        raise SettingsError(
            ["the database is of an older fundapp: take a backup, then run `fundapp migrate`"]
        )
    click.echo("preparing the database ...", err=True)
    migrating.upgrade(url)


def state_of(url: str) -> migrating.State:
    """How a configured database stands, with the variable named when it does not answer."""
    try:
        return migrating.state(url)
    except migrating.Unreachable as problem:
        raise migrating.Unreachable(f"the database does not answer (DATABASE_URL): {problem}") from None
