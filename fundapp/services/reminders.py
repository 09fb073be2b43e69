"""Reminds the people of a bid that is not sent in: seven days, one day and three hours before the close."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.outbox.staging import Promise

MESSAGE = "not_sent_in_yet"
BEFORE = (timedelta(hours=3), timedelta(days=1), timedelta(days=7))


def remind_by_clock(_period: datetime) -> None:
    """Promise a mail for every draft whose round closes soon; each moment reminds once, the last due only.

    A draft begun after a moment has passed is not reminded of it: its people know.
    """
    now = clock.now()
    outbox.stage_all([promise for call in _closing(now) for promise in _promises(call, now)])


def _closing(now: datetime) -> list[Round]:
    soon = (Round.state == "published", Round.closes_at > now, Round.closes_at <= now + max(BEFORE))
    return list(db.session.scalars(select(Round).where(*soon).order_by(Round.id)))


def _promises(call: Round, now: datetime) -> Iterator[Promise]:
    if call.closes_at is None:
        return
    before = min(each for each in BEFORE if call.closes_at - now <= each)
    hours = int(before / timedelta(hours=1))
    begun = (Application.round_id == call.id, Application.state == "draft")
    bids = select(Application.id).where(*begun, Application.created_at < call.closes_at - before)
    for bid_id in db.session.scalars(bids.order_by(Application.id)):
        key = f"reminder:{bid_id}:{call.closes_at.isoformat()}:{hours}"
        payload = {
            "event_id": key,
            "message": MESSAGE,
            "to": "applicant",
            "case_kind": Application.case_kind,
            "case_id": bid_id,
        }
        yield Promise("notify", key, payload)
