"""Brings a database to a stage of the road once a run, and fills it so for every test that starts there."""

import fcntl
import pickle
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar, cast

from flask import Flask

from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.people import Person
from tests.contents import Contents
from tests.databases import Own
from tests.factories.region import Region

Told = TypeVar("Told")
Made = TypeVar("Made")
Asked = ParamSpec("Asked")

_KNOWN: dict[str, tuple[Contents, Any]] = {}


class Later(Generic[Asked, Made]):
    """What goes on from where something else left off: the whole of it when called, the rest as a stage."""

    def __init__(self, before: Callable[Asked, Made], rest: Callable[[Made], Made]) -> None:
        self.before = before
        self.rest = rest
        self.__name__ = rest.__name__

    def __call__(self, *asked: Asked.args, **by_name: Asked.kwargs) -> Made:
        return self.rest(self.before(*asked, **by_name))


def after(before: Callable[Asked, Made]) -> Callable[[Callable[[Made], Made]], Later[Asked, Made]]:
    """Makes what follows a later stage of `before`."""
    return lambda rest: Later(before, rest)


class Stages:
    """The stages a test may start at; the first process of the run that asks for one builds it for all.

    The same name is the same stage. Files come with it; all processes have the same keys.
    """

    def __init__(self, app: Flask, own: Own, shelf: Path) -> None:
        self.taken = False
        self._app = app
        self._own = own
        self._shelf = shelf

    def at(self, name: str, build: Callable[[], Region]) -> Region:
        """The database as `build` leaves it; its people, out of any session."""
        return self.copied(name, lambda: out_of_session(self._gone_on(build)))

    def copied(self, name: str, build: Callable[[], Told]) -> Told:
        """The database as `build` leaves it, and what `build` told, which must be plain values."""
        if name not in _KNOWN:
            _KNOWN[name] = self._fetched(name, build)
        contents, told = _KNOWN[name]
        self._own.hold(contents)
        self.taken = True
        return cast("Told", told)

    def _gone_on(self, build: Callable[[], Region]) -> Region:
        if isinstance(build, Later):
            made: Region = build.rest(with_everybody(self.at(build.before.__name__, build.before)))
            return made
        return build()

    def _fetched(self, name: str, build: Callable[[], Any]) -> tuple[Contents, Any]:
        kept = self._shelf / name
        kept.mkdir(parents=True, exist_ok=True)
        with open(kept / "lock", "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (kept / "built").exists():
                built = self._built(build)
                shutil.copytree(self._files, kept / "files")
                (kept / "built").write_bytes(pickle.dumps(built))
        shutil.copytree(kept / "files", self._files, dirs_exist_ok=True)
        found: tuple[Contents, Any] = pickle.loads((kept / "built").read_bytes())  # noqa: S301 - of this run
        return found

    def _built(self, build: Callable[[], Any]) -> tuple[Contents, Any]:
        self._own.empty()
        with self._app.app_context():
            told = build()
            db.session.remove()
            self._own.rest(db.engine)
        return self._own.contents(), told

    @property
    def _files(self) -> Path:
        with self._app.app_context():
            folder = settings().var / "files"
        folder.mkdir(exist_ok=True)
        return folder


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
