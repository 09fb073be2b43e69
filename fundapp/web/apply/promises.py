"""When a bid's people hear what: the dates promised to them, and the timeline of promised and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries import bids as queries
from fundapp.queries import rounds
from fundapp.queries.bids import Happened
from fundapp.web.filters import uk_date, uk_datetime
from workflows.machine import Machine
from workflows.rules import promise_clock, release, schedule

STAGES = ("Being checked", "Being assessed", "Decision being made")
FEEDBACK = "Whatever the answer, with feedback on each criterion."
# Why a stage is late, said by itself once its promised day has passed.
WHY = {
    "Being checked": "your bid is still being checked",
    "Being assessed": "its assessors are still reading it",
    "You hear": "the decision is not out yet",
}
# What each state looks like to the bid's own people; every other state is one of waiting.
KINDS = {
    "draft": "none",
    "submitted": "done",
    "clarification": "attn",
    "ineligible": "stop",
    "declined": "stop",
    "offered": "done",
    "withdrawn": "none",
}
ASKED = "We need something from you"
ANSWERED = ("approved", "offered", "declined")
ENDS = ("Withdrawn", "Not funded", "Offer made")


@dataclass(frozen=True, slots=True)
class Promised:
    """The days by which a bid is checked, assessed, put to the board and answered; some may be unset."""

    checked_on: date | None
    assessed_on: date | None
    board_on: date | None
    hear_on: date | None
    waited: int = 0

    def later(self, days: int) -> "Promised":
        """The same promises after so many days in which we waited for the applicant; a meeting stays put."""
        promises = (self.checked_on, self.assessed_on, self.hear_on)
        checked, assessed, hear = (day and promise_clock.moved(day, days) for day in promises)
        return Promised(checked, assessed, self.board_on, hear, days)


def days_waited(happened: Sequence[Happened]) -> int:
    """Whole days in which the promise's clock stood still for this bid, up to now."""
    steps = ((each.action, each.at) for each in happened)
    return promise_clock.days_added(promise_clock.pauses(steps), clock.now())


def promised(bid: Application, cut_off: datetime | None) -> Promised:
    """The dates of the bid's round; in a rolling one, counted from the cut-off of its batch."""
    call, days = bid.round, bid.round.rules.promises
    if cut_off is None:
        return Promised(call.checked_by_on, call.assessed_by_on, call.board_on, call.hear_by_on)
    return Promised(
        promise_clock.counted_from(cut_off, days.check_days),
        promise_clock.counted_from(cut_off, days.assess_days),
        None,
        promise_clock.counted_from(cut_off, days.hear_days),
    )


def cut_off_of(bid: Application) -> datetime | None:
    """When a rolling round's bid is, or would be, gathered with others; nothing where the round closes."""
    if bid.round.closes_at is not None:
        return None
    joined = queries.cut_off(bid) if bid.state != "draft" else None
    return joined or rounds.next_cut_off(bid.round)


def shown_state(bid: Application, machine: Machine) -> str:
    """The state the bid's people may know of: a decision only from its release on."""
    return release.seen_outside(machine, bid.state, bid.decision_release_at, clock.now())


def is_answered(bid: Application) -> bool:
    """Whether there is an answer on the bid, and it may be read."""
    known = release.is_released(bid.decision_release_at, clock.now())
    return bid.state == "ineligible" or (known and bid.state in ANSWERED)


def steps(
    bid: Application, machine: Machine, happened: Sequence[Happened], dates: Promised
) -> list[dict[str, Any]]:
    """The timeline: what is behind the bid, where it stands, what is promised."""
    if _was_never_sent(bid):
        return [*_started(bid), _not_sent(bid)]
    now_name = machine.state(shown_state(bid, machine)).public_name
    begun = _begun(bid, machine, happened)
    ended = next((name for name in ENDS if name == now_name), None)
    place = _place(now_name)
    stages = [
        _stage(name, number, place, begun, promise)
        for number, (name, promise) in enumerate(
            zip(STAGES, (dates.checked_on, dates.assessed_on, None), strict=True), start=1
        )
        if ended is None or name in begun
    ]
    if ASKED in begun:
        stages[0]["lines"].append(_waited(now_name, dates.waited))
    if dates.board_on and ended is None:
        stages[-1]["lines"].insert(0, f"Board meets {uk_date(dates.board_on)}")
    return [*_started(bid), _writing(bid, place), *stages, _end(ended, _heard_on(bid, begun), dates)]


def _started(bid: Application) -> list[dict[str, Any]]:
    """When the bid was begun; one that was taken over from a list was begun elsewhere."""
    if bid.import_sha256 is not None:
        return []
    lines = [uk_date(bid.created_at), f"by {bid.lead.name}"]
    return [{"name": "Started", "state": "past", "lines": lines}]


def _was_never_sent(bid: Application) -> bool:
    """Whether nothing comes of a draft: its round takes no more bids and it was never sent in."""
    return bid.state == "draft" and bid.submitted_at is None and not schedule.takes(bid, clock.now())


def _not_sent(bid: Application) -> dict[str, Any]:
    closes = schedule.closes(bid)
    lines = [f"Closed {uk_datetime(closes)}"] if closes else []
    return {"name": "Not sent in", "state": "now", "lines": lines}


def _waited(now_name: str, days: int) -> str:
    """That the promise's clock stood still, for the step in which it did."""
    if now_name == ASKED:
        return "We wait for your answer: the days until then are added to what we promised"
    counted = {0: "less than a day", 1: "1 day"}.get(days, f"{days} days")
    return f"We waited {counted} for your answer, and added that to what we promised"


def _begun(bid: Application, machine: Machine, happened: Sequence[Happened]) -> dict[str, datetime]:
    """When the bid first came to each public name; a decision not yet released has not happened here.

    What moves no bid, such as the release of a letter, leads to no state and is passed over.
    """
    known = release.is_released(bid.decision_release_at, clock.now())
    begun: dict[str, datetime] = {}
    for each in happened:
        if each.target and (known or each.target not in release.DECIDED):
            begun.setdefault(machine.state(each.target).public_name, each.at)
    return begun


def _place(name: str) -> int:
    """How far along a bid of this public name is: 0 while it is written or received."""
    if name in ENDS:
        return len(STAGES) + 1
    if name == ASKED:
        return 1
    return STAGES.index(name) + 1 if name in STAGES else 0


def _writing(bid: Application, place: int) -> dict[str, Any]:
    closes = schedule.closes(bid)
    if bid.state == "draft":
        until = "You can submit, reopen and submit again until then"
        lines = [f"Closes {uk_datetime(closes)}", until] if closes else ["You can send it in at any time"]
        return {"name": "Draft", "state": "now", "lines": lines}
    if bid.submitted_at is None:
        return {"name": "Draft", "state": "past", "lines": ["Never sent in"]}
    state = "now" if place == 0 else "past"
    return {"name": "Received", "state": state, "lines": [uk_datetime(bid.submitted_at)]}


def _stage(
    name: str, number: int, place: int, begun: dict[str, datetime], promise: date | None
) -> dict[str, Any]:
    """A stage: what was promised, since when it goes on, or when it was done and how late or early."""
    state = "past" if number < place else "now" if number == place else "next"
    done = min((begun[after] for after in (*STAGES[number:], *ENDS) if after in begun), default=None)
    lines = [f"Promised by {uk_date(promise)}"] if promise else []
    if state == "past" and done is not None:
        lines.append(_kept("Done", promise, _day(done)))
    elif name in begun:
        lines.append(f"Since {uk_date(begun[name])}")
    late = "" if state == "past" else _late(name, promise)
    return {"name": name, "state": state, "lines": lines, "late": late}


def _end(ended: str | None, heard_on: date | None, dates: Promised) -> dict[str, Any]:
    """The answer: when it is promised, or when it came, beside the promise."""
    name = ended or "You hear"
    lines = [f"Promised by {uk_date(dates.hear_on)}"] if dates.hear_on else []
    if heard_on is not None:
        kept = dates.hear_on if ended != "Withdrawn" else None
        lines = lines if kept else []
        return {"name": name, "state": "now", "lines": [*lines, _kept("Heard", kept, heard_on)], "late": ""}
    return {
        "name": name,
        "state": "now" if ended else "next",
        "lines": lines or ["With feedback, whatever the answer"],
        "late": _late(name, dates.hear_on),
    }


def _heard_on(bid: Application, begun: dict[str, datetime]) -> date | None:
    """The day its people could read the answer: its release, or the step that ended it."""
    if is_answered(bid) and bid.decision_release_at is not None:
        return _day(bid.decision_release_at)
    return next((_day(begun[name]) for name in ENDS if name in begun), None)


def _kept(word: str, promise: date | None, day: date) -> str:
    """Done 12 January 2027, 4 days late."""
    late = promise_clock.days_late(promise, day, day) if promise else None
    return f"{word} {uk_date(day)}" + (f", {promise_clock.in_words(late)}" if late is not None else "")


def _late(name: str, promise: date | None) -> str:
    """By how much a promise is missed by now, and why; nothing while it may yet be kept."""
    today = _day(clock.now())
    late = promise_clock.days_late(promise, None, today) if promise and name in WHY else None
    if late is None:
        return ""
    return (
        f"{promise_clock.in_words(late).capitalize()}: {WHY[name]}. You need do nothing; we are working on it"
    )


def _day(instant: datetime) -> date:
    return clock.in_london(instant).date()
