"""Brings a database to a stage of the road once a run, and copies it for every test that starts there."""

import fcntl
import pickle
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask

from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.people import Person
from tests import databases
from tests.factories.region import Region

Told = TypeVar("Told")

_KNOWN: dict[str, Any] = {}


def at(app: Flask, servers: Servers, process_number: int, name: str, build: Callable[[], Region]) -> Region:
    """A database as `build` leaves it, under the name of this process; its people, out of any session."""
    return copied(app, servers, process_number, name, lambda: out_of_session(build()))


def copied(app: Flask, servers: Servers, process_number: int, name: str, build: Callable[[], Told]) -> Told:
    """A database as `build` leaves it, with its files, and what `build` told, which must be plain values.

    The first process of the run that asks builds it and keeps it under the stage's name, so the same name
    is the same stage; all have the same keys.
    """
    if name not in _KNOWN:
        kept = servers.home / "stages" / name
        kept.mkdir(parents=True, exist_ok=True)
        with app.app_context():
            files = settings().var / "files"
        with open(kept / "lock", "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (kept / "told").exists():
                _build(app, servers, process_number, name, build, kept)
        shutil.copytree(kept / "files", files, dirs_exist_ok=True)
        _KNOWN[name] = pickle.loads((kept / "told").read_bytes())  # noqa: S301 - written by this very run
    databases.renew(servers, databases.name_of(process_number), f"stage_{name}")
    databases.USED.add(databases.name_of(process_number))
    told: Told = _KNOWN[name]
    return told


def _build(
    app: Flask, servers: Servers, process_number: int, name: str, build: Callable[[], Any], kept: Path
) -> None:
    own = databases.name_of(process_number)
    databases.renew_if_used(servers, own)
    with app.app_context():
        told = build()
        files = settings().var / "files"
        db.session.remove()
        db.engine.dispose()
    files.mkdir(exist_ok=True)
    shutil.copytree(files, kept / "files", dirs_exist_ok=True)
    servers.postgres.create_database(f"stage_{name}", template=own)
    (kept / "told").write_bytes(pickle.dumps(told))


def with_everybody(region: Region) -> Region:
    """The same region with its people in the session of the context that is pushed."""
    return Region(**{each.name: _found(getattr(region, each.name)) for each in fields(Region)})


def _found(people: Any) -> Any:
    if isinstance(people, Person):
        return db.session.get_one(Person, people.id)
    return [db.session.get_one(Person, person.id) for person in people]


def out_of_session(region: Region) -> Region:
    """Read everything of the people that requests and verbs ask of them, and let go of them."""
    for each in fields(Region):
        people = getattr(region, each.name)
        for person in [people] if isinstance(people, Person) else people:
            db.session.refresh(person)
            assert person.roles
    db.session.expunge_all()
    return region
