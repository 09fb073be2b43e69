"""Makes guessing slow: counts tries in the database, with a wait that grows, and locks no owner out.

A try counts from the moment it begins, so a hundred at once are a hundred tries. A browser that has
signed in before has a count of its own, so a stranger's guesses never keep the owner waiting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.models.people import LoginAttempt

WINDOW = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
FREE_SHARE = 4
DOUBLINGS = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Count:
    """One thing whose tries are counted: what kind, which one, and how many it may have in an hour."""

    kind: str
    which: str
    in_an_hour: int

    @property
    def key(self) -> str:
        """The key its row is kept under, which tells nobody whose it is."""
        return f"{self.kind}:{vault.digest('tries', f'{self.kind}:{self.which}')}"


class TooManyTries(Exception):
    """Another try must wait until an instant."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"wait until {until.isoformat()}")
        self.until = until


def spend(counts: Iterable[Count]) -> None:
    """Count one try against each of these in the caller's transaction, or raise `TooManyTries`."""
    now = clock.now()
    for count in sorted(counts, key=lambda each: each.key):
        row = _locked(count.key, now)
        if row.wait_until is not None and row.wait_until > now:
            log.warning("too_many_tries", kind=count.kind)
            raise TooManyTries(row.wait_until)
        row.tries = 1 if now - row.last_at > WINDOW else row.tries + 1
        row.last_at = now
        wait = _wait(row.tries, count.in_an_hour)
        row.wait_until = now + wait if wait else None


def forgive(count: Count) -> None:
    """Forget every try: it was the owner."""
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.key == count.key))


def give_back(count: Count) -> None:
    """Take one try back from a count shared by many, such as an office's address."""
    db.session.execute(
        update(LoginAttempt)
        .where(LoginAttempt.key == count.key, LoginAttempt.tries > 1)
        .values(tries=LoginAttempt.tries - 1, wait_until=None)
    )


def _locked(key: str, now: datetime) -> LoginAttempt:
    db.session.execute(
        insert(LoginAttempt)
        .values(key=key, tries=1, last_at=now - 2 * WINDOW)
        .on_conflict_do_nothing(index_elements=["key"])
    )
    statement = select(LoginAttempt).where(LoginAttempt.key == key).with_for_update()
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def _wait(tries: int, in_an_hour: int) -> timedelta | None:
    """Nothing for the first quarter of the tries, then twice as long each time, to a quarter of an hour."""
    late = tries - max(1, in_an_hour // FREE_SHARE)
    return min(FIRST_WAIT * 2 ** min(late, DOUBLINGS), LONGEST_WAIT) if late >= 0 else None
