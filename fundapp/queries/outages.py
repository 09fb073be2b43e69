"""What was lost before a close, by the record of every minute, and the later close that asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, literal, or_, select, text

from fundapp import clock
from fundapp.extensions import db
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


# Marks the row that says when the record begins.
FIRST = -1

Window = tuple[datetime, datetime]


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
    """By round, the later close that what was lost asks for, in one statement; where nothing was lost, none.

    Rounds count from a day before their close to three days after it. What was lost before an extension
    was made good by it.
    """
    now = clock.now()
    windows = {
        call.id: _window(call, call.closes_at, now) for call in calls if call.closes_at and _counts(call, now)
    }
    if not windows:
        return {}
    recorded_since, minutes = _recorded([*windows.values()])
    lost = {key: outages.lost(minutes, *window, recorded_since) for key, window in windows.items()}
    return {
        call.id: Proposal(call, lost[call.id], call.closes_at + lost[call.id].extension)
        for call in calls
        if call.closes_at and call.id in lost and lost[call.id].minutes
    }


def _counts(call: Round, now: datetime) -> bool:
    close = call.closes_at
    is_near = close is not None and close - outages.BEFORE_CLOSE <= now <= close + PROPOSED_FOR
    return is_near and call.state == "published"


def _window(call: Round, close: datetime, now: datetime) -> Window:
    """From when to when lost minutes count: the last day before the close, since its last extension."""
    start = close - outages.BEFORE_CLOSE
    return max(start, call.extended_at or start), min(close, now - UNWRITTEN)


def _recorded(windows: Sequence[Window]) -> tuple[datetime | None, list[Minute]]:
    """The first minute ever recorded, and those within any window, the earliest first."""
    within = or_(
        *(
            and_(ServiceMinute.at >= since - _AHEAD, ServiceMinute.at < until - _AHEAD)
            for since, until in windows
        )
    )
    bad = ServiceMinute.slow + ServiceMinute.failed
    first = select(func.min(_AT), literal(FIRST), literal(0))
    rows = db.session.execute(
        first.union_all(select(_AT, ServiceMinute.answers, bad).where(within)).order_by(text("1"))
    ).all()
    found = [Minute(at, answers, bad) for at, answers, bad in rows if answers != FIRST]
    return next(at for at, answers, _ in rows if answers == FIRST), found
