"""What was lost before a close, by the record of every minute, and the later close that asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.health import ServiceMinute
from workflows.rules import outages
from workflows.rules.outages import Lost, Minute
from workflows.rules.schedule import in_words

PROPOSED_FOR = timedelta(days=3)
# A web process writes twice a minute, so the last two minutes may still be on their way.
UNWRITTEN = timedelta(minutes=2)
# The record is kept by the machine's clock; a demonstration's runs ahead of it by this much.
_AHEAD = func.fundapp_now() - func.now()
_AT = ServiceMinute.at + _AHEAD


@dataclass(frozen=True, slots=True)
class Proposal:
    """That a round close later for everybody, because of what was lost before its close."""

    call: Round
    lost: Lost
    to: datetime

    @property
    def reason(self) -> str:
        """The reason in a sentence, for everybody to read."""
        count = self.lost.minutes
        minutes = "1 minute" if count == 1 else f"{count:,} minutes"
        return (
            f"This service could not be used as it should for {minutes} of the 24 hours before"
            f" {in_words(self.closed_at)}."
        )

    @property
    def closed_at(self) -> datetime:
        """The close the lost time was counted before."""
        return self.to - self.lost.extension


def proposals(calls: Sequence[Round]) -> Mapping[int, Proposal]:
    """By round, the later close that what was lost asks for, in three statements at most; none is absent.

    Rounds count from a day before their close to three days after it. What was lost before an extension
    was made good by it.
    """
    now = clock.now()
    near = {call.id: (call, call.closes_at) for call in calls if call.closes_at and _is_near(call, now)}
    if not near:
        return {}
    extended = _extended([*near])
    windows = {
        key: (
            max(close - outages.BEFORE_CLOSE, extended.get(key, close - outages.BEFORE_CLOSE)),
            min(close, now - UNWRITTEN),
        )
        for key, (_, close) in near.items()
    }
    minutes, since = _minutes([*windows.values()]), db.session.scalar(select(func.min(_AT)))
    found = {key: outages.lost(minutes, *window, since) for key, window in windows.items()}
    return {
        key: Proposal(near[key][0], each, near[key][1] + each.extension)
        for key, each in found.items()
        if each.minutes
    }


def _is_near(call: Round, now: datetime) -> bool:
    close = call.closes_at
    is_near = close is not None and close - outages.BEFORE_CLOSE <= now <= close + PROPOSED_FOR
    return is_near and call.state == "published"


def _extended(round_ids: list[int]) -> dict[int, datetime]:
    """When each round was last extended."""
    extended = (Event.case_kind == Round.case_kind, Event.case_id.in_(round_ids), Event.action == "extend")
    return dict(
        iter(
            db.session.execute(
                select(Event.case_id, func.max(Event.at)).where(*extended).group_by(Event.case_id)
            )
        )
    )


def _minutes(windows: Sequence[tuple[datetime, datetime]]) -> list[Minute]:
    """The minutes on record within any of these, the earliest first."""
    within = or_(
        *(
            and_(ServiceMinute.at >= since - _AHEAD, ServiceMinute.at < until - _AHEAD)
            for since, until in windows
        )
    )
    rows = db.session.execute(
        select(_AT, ServiceMinute.answers, ServiceMinute.slow + ServiceMinute.failed)
        .where(within)
        .order_by(ServiceMinute.at)
    )
    return [Minute(at, answers, bad) for at, answers, bad in rows]
