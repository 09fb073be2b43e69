"""Brings a database to a stage of the road once a process, and copies it for every test that starts there."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from flask import Flask

from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.models.people import Person
from tests import databases
from tests.factories.region import Region

_BUILT: dict[str, Region] = {}


def at(app: Flask, servers: Servers, process_number: int, name: str, build: Callable[[], Region]) -> Region:
    """A database as `build` leaves it, under the name of this process; its people, out of any session.

    What `build` makes is kept as a template under the stage's name, so the same name is the same stage.
    """
    own, template = databases.name_of(process_number), f"stage_{name}_{process_number}"
    if name not in _BUILT:
        databases.renew_if_used(servers, own)
        with app.app_context():
            _BUILT[name] = _out_of_session(build())
            db.session.remove()
            db.engine.dispose()
        servers.postgres.create_database(template, template=own)
    servers.postgres.drop_database(own)
    servers.postgres.create_database(own, template=template)
    databases.USED.add(own)
    return _BUILT[name]


def with_everybody(region: Region) -> Region:
    """The same region with its people in the session of the context that is pushed."""
    return Region(**{each.name: _found(getattr(region, each.name)) for each in fields(Region)})


def _found(people: Any) -> Any:
    if isinstance(people, Person):
        return db.session.get_one(Person, people.id)
    return [db.session.get_one(Person, person.id) for person in people]


def _out_of_session(region: Region) -> Region:
    """Read everything of the people that requests and verbs ask of them, and let go of them."""
    for each in fields(Region):
        people = getattr(region, each.name)
        for person in [people] if isinstance(people, Person) else people:
            db.session.refresh(person)
            assert person.roles
    db.session.expunge_all()
    return region
