"""Lets a test do what it wants with a database, and undoes it: every commit in between is a savepoint."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, cast

from flask import Flask

from fundapp.extensions import db

Undone = Callable[[], AbstractContextManager[None]]


@contextmanager
def undoing(app: Flask) -> Iterator[Undone]:
    """Gives a block in which requests and verbs work as ever: afterwards nothing of it has happened."""
    with app.app_context():
        engines = cast("dict[str | None, Any]", db.engines)
    engine = engines[None]
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    with engine.connect() as connection:

        @contextmanager
        def block() -> Iterator[None]:
            outer = connection.begin()
            engines[None] = connection
            try:
                yield
            finally:
                engines[None] = engine
                outer.rollback()

        yield block
    db.session.session_factory.configure(join_transaction_mode="conditional_savepoint")
