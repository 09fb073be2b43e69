"""The only place that commits: a public service verb is one transaction, all of it or none."""

from collections.abc import Iterator
from contextlib import contextmanager

from fundapp.extensions import db

_OPEN = "fundapp_transaction_open"


class NestedTransaction(RuntimeError):
    """A public service verb called another one; share a private function instead."""


@contextmanager
def transaction() -> Iterator[None]:
    """Commit on the way out, roll everything back on any error.

    Used as a decorator on public service verbs (`@transaction()`) or as a `with` block in a job.
    It refuses to nest, so no verb can commit half of another.
    """
    session = db.session()
    if session.info.get(_OPEN):
        raise NestedTransaction("a service verb was called inside another one's transaction")
    session.info[_OPEN] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_OPEN, None)
