"""When a bid's people hear what: the dates promised to them, and the timeline of promised and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.queries.bids import Happened
from fundapp.web.filters import uk_date, uk_datetime
from workflows.machine import Machine
from workflows.rules import release, schedule

STAGES = ("Being checked", "Being assessed", "Decision being made")
FEEDBACK = "Whatever the answer, with feedback on each criterion."
LATE = "Later than we promised. You need do nothing; we are working on it"
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
ASKING, ANSWERING = "ask", ("answer", "stop_waiting", "withdraw")
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
        moved = (self.checked_on, self.assessed_on, self.hear_on)
        checked, assessed, hear = (day + timedelta(days=days) if day else None for day in moved)
        return Promised(checked, assessed, self.board_on, hear, days)


def days_waited(happened: Sequence[Happened]) -> int:
    """Whole days in which the promise's clock stood still: from each question to its end, or to now."""
    waited, since = timedelta(), None
    for each in happened:
        if each.action == ASKING:
            since = each.at
        elif since is not None and each.action in ANSWERING:
            waited, since = waited + (each.at - since), None
    return (waited + (clock.now() - since if since else timedelta())).days


def promised(bid: Application, cut_off: datetime | None) -> Promised:
    """The dates of the bid's round; in a rolling one, counted from the cut-off of its batch."""
    call, days = bid.round, bid.round.rules.promises
    if cut_off is None:
        return Promised(call.checked_by_on, call.assessed_by_on, call.board_on, call.hear_by_on)
    start = schedule.local(cut_off).date()
    return Promised(
        start + timedelta(days=days.check_days),
        start + timedelta(days=days.assess_days),
        None,
        start + timedelta(days=days.hear_days),
    )


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
    now_name = machine.state(shown_state(bid, machine)).public_name
    begun = _begun(bid, machine, happened)
    ended = next((name for name in ENDS if name == now_name), None)
    place = _place(now_name)
    found = [
        {"name": "Started", "state": "past", "lines": [uk_date(bid.created_at), f"by {bid.lead.name}"]},
        _writing(bid, place),
        *(
            _stage(name, number, place, begun, promise)
            for number, (name, promise) in enumerate(zip(STAGES, _by_stage(dates), strict=True), start=1)
            if ended is None or name in begun
        ),
    ]
    if ASKED in begun:
        found[2]["lines"].append(_waited(now_name, dates.waited))
    return [*found, _end(ended, begun, dates)]


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
    name: str, number: int, place: int, begun: dict[str, datetime], promise: tuple[str, date | None]
) -> dict[str, Any]:
    words, day = promise
    lines = [f"{words} {uk_date(day)}"] if day else []
    if name in begun:
        lines.append(f"Since {uk_date(begun[name])}" if number == place else f"Begun {uk_date(begun[name])}")
    state = "past" if number < place else "now" if number == place else "next"
    late = day is not None and state != "past" and clock.in_london(clock.now()).date() > day
    return {"name": name, "state": state, "lines": lines, "late": LATE if late else ""}


def _end(ended: str | None, begun: dict[str, datetime], dates: Promised) -> dict[str, Any]:
    if ended is not None:
        return {"name": ended, "state": "now", "lines": [uk_date(begun[ended])] if ended in begun else []}
    lines = (
        [f"Promised by {uk_date(dates.hear_on)}"] if dates.hear_on else ["With feedback, whatever the answer"]
    )
    late = dates.hear_on is not None and clock.in_london(clock.now()).date() > dates.hear_on
    return {"name": "You hear", "state": "next", "lines": lines, "late": LATE if late else ""}


def _by_stage(dates: Promised) -> tuple[tuple[str, date | None], ...]:
    return (
        ("Promised by", dates.checked_on),
        ("Promised by", dates.assessed_on),
        ("Board meets", dates.board_on),
    )
