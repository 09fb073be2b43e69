"""One clock for every decision: the database's, plus the stored offset of a demo or a test.

The web host's own time is never used, so a host with a wrong clock cannot move a deadline.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from fundapp.extensions import db

LONDON = ZoneInfo("Europe/London")
_KEY = "fundapp_now"
_NOW = select(func.fundapp_now())


def now() -> datetime:
    """The instant this transaction began, by the database's clock, aware and in UTC.

    Read once a transaction: every row written together carries the same instant.
    """
    session = db.session()
    instant: datetime | None = session.info.get(_KEY)
    if instant is None:
        with session.no_autoflush:
            instant = session.execute(_NOW).scalar_one()
        session.info[_KEY] = instant
    return instant


def remember(instant: datetime) -> None:
    """Keep the instant a query has already read, so that this transaction need not ask again."""
    db.session().info[_KEY] = instant


def in_london(instant: datetime) -> datetime:
    """The same instant as a person in the city region reads it."""
    return instant.astimezone(LONDON)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_KEY, None)
