"""Reminds the people of a bid that is not sent in: seven days, one day and three hours before its close."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.applications import TO_BE_IN_BY, Application
from fundapp.models.funds import Round
from fundapp.outbox import Promise
from fundapp.services import notices

MESSAGE = "not_sent_in_yet"
BEFORE = (timedelta(hours=3), timedelta(days=1), timedelta(days=7))


def remind_by_clock(_period: datetime) -> None:
    """Promise a mail for every draft that closes soon; each moment reminds once, the last due only.

    A draft begun after a moment has passed is not reminded of it: its people know. A close that was moved
    has moments of its own.
    """
    now = clock.now()
    outbox.stage_all(list(_promises(now)))


def _promises(now: datetime) -> Iterator[Promise]:
    for bid_id, created_at, closes_at in db.session.execute(_closing(now)):
        before = min(each for each in BEFORE if closes_at - now <= each)
        if created_at < closes_at - before:
            yield _promise(bid_id, closes_at, before)


def _closing(now: datetime) -> Select[*tuple[Any, ...]]:
    """The drafts that can still be sent in and close soon, each with its beginning and its close."""
    return (
        select(Application.id, Application.created_at, TO_BE_IN_BY)
        .join(Round, Round.id == Application.round_id)
        .where(
            Round.state == "published",
            Application.state == "draft",
            now < TO_BE_IN_BY,
            now + max(BEFORE) >= TO_BE_IN_BY,
        )
        .order_by(Application.id)
    )


def _promise(bid_id: int, closes_at: datetime, before: timedelta) -> Promise:
    key = f"reminder:{bid_id}:{closes_at.isoformat()}:{int(before / timedelta(hours=1))}"
    return notices.by_clock(key, "writers", MESSAGE, (Application.case_kind, bid_id))
