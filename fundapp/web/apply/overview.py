"""All the bids of one person at a glance: where each stands, and which of them comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from fundapp import clock
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.queries import bids as queries
from fundapp.queries import outcomes
from fundapp.services import casework
from fundapp.web.apply import promises, told
from fundapp.web.filters import countdown, uk_date
from workflows.rules import promise_clock, release, schedule

Answer = dict[str, Any]
WAITS_FOR_AN_ANSWER = ("offered", "subsidy_check")
NOT_WITH_US = ("draft", "withdrawn")


def of(bids: Sequence[Application]) -> dict[str, Any]:
    """What the page of all bids shows: its title, the three answers, a row a bid."""
    awards = _awards_on(bids)
    hear = _promised(bids)
    rows = [_row(bid, awards.get(bid.id), hear.get(bid.id)) for bid in bids]
    drafts = _drafts(bids)
    return {
        "page_title": _title(bids, drafts, awards),
        "rows": rows,
        "band": _band(bids, rows, drafts, awards, hear),
    }


def rows_of(bids: Sequence[Application]) -> list[Answer]:
    """A row a bid: where it stands and what was awarded, neither before it may be known."""
    awards, hear = _awards_on(bids), _promised(bids)
    return [_row(bid, awards.get(bid.id), hear.get(bid.id)) for bid in bids]


def _awards_on(bids: Sequence[Application]) -> Mapping[int, Award]:
    """The awards that may be known, by bid."""
    return outcomes.awards_on([bid.id for bid in bids if promises.is_answered(bid)])


def _promised(bids: Sequence[Application]) -> dict[int, date | None]:
    """The day the people of each bid without an answer hear by, moved by the days we waited for them."""
    waiting = [bid for bid in bids if bid.state not in NOT_WITH_US and not promises.is_answered(bid)]
    paused = queries.pausing([bid.id for bid in waiting])
    waited = {bid.id: promises.days_waited(paused.get(bid.id, ())) for bid in waiting}
    days = {bid.id: bid.round.hear_by_on for bid in waiting}
    return {key: day and promise_clock.moved(day, waited[key]) for key, day in days.items()}


def _drafts(bids: Sequence[Application]) -> list[Application]:
    """What is still being written and can still be sent in, the first to close first."""
    now = clock.now()
    found = [bid for bid in bids if bid.state == "draft" and schedule.takes(bid, now)]
    return sorted(found, key=lambda bid: (schedule.closes(bid) is None, schedule.closes(bid), bid.id))


def _title(bids: Sequence[Application], drafts: Sequence[Application], awards: Mapping[int, Award]) -> str:
    if _waiting(bids, awards) is not None:
        return "An award waits for your answer"
    if drafts:
        return "One bid is not sent in yet" if len(drafts) == 1 else f"{len(drafts)} bids are not sent in yet"
    return "Your bids"


def _waiting(bids: Sequence[Application], awards: Mapping[int, Award]) -> Answer | None:
    """The step on the first award that goes no further without its people; nothing where there is none."""
    steps = (
        told.next_step(bid, awards[bid.id])
        for bid in bids
        if bid.id in awards and awards[bid.id].state in WAITS_FOR_AN_ANSWER
    )
    return next((step for step in steps if "href" in step), None)


def _row(bid: Application, award: Award | None, hear_on: date | None) -> Answer:
    if award is not None:
        kind, word = told.KINDS[award.state]
        step = told.next_step(bid, award)["text"]
        return {"bid": bid, "kind": kind, "word": word, "next": step, "awarded_pence": award.amount_pence}
    machine = casework.machine_of(bid)
    state = release.seen_outside(machine, bid.state, bid.decision_release_at, clock.now())
    return {
        "bid": bid,
        "kind": promises.KINDS.get(state, "wait"),
        "word": machine.state(state).public_name,
        "next": _next_line(bid, state, hear_on),
        "awarded_pence": None,
    }


def _next_line(bid: Application, state: str, hear_on: date | None) -> str:
    if promises.is_answered(bid):
        return "Read the decision"
    if state == "draft":
        closes = schedule.closes(bid)
        if not schedule.takes(bid, clock.now()):
            return "The round has closed"
        return f"Closes in {countdown(closes)}" if closes else "Send it in when it is ready"
    if state == "clarification":
        return "Answer our question"
    if state == "withdrawn":
        return f"Since {uk_date(bid.state_since)}"
    return f"You hear by {uk_date(hear_on)}" if hear_on else "We are working on it"


def _band(
    bids: Sequence[Application],
    rows: Sequence[Answer],
    drafts: Sequence[Application],
    awards: Mapping[int, Award],
    hear: Mapping[int, date | None],
) -> dict[str, Answer] | None:
    """The three answers over all bids on the page; nothing where there is none."""
    if not bids:
        return None
    answered = [bid for bid in bids if promises.is_answered(bid)]
    today = schedule.local(clock.now()).date()
    counts = Counter(row["word"] for row in rows)
    return {
        "next": _waiting(bids, awards) or _most_urgent(drafts, answered, awards),
        "going": {"text": ", ".join(_counted(word, count) for word, count in counts.items())},
        "hear": _earliest([day for day in hear.values() if day is not None and day >= today]),
    }


def _counted(word: str, count: int) -> str:
    lower = f"{word[0].lower()}{word[1:]}"
    return f"{count} drafts" if word == "Draft" and count > 1 else f"{count} {lower}"


def _most_urgent(
    drafts: Sequence[Application], answered: Sequence[Application], awards: Mapping[int, Award]
) -> Answer:
    if drafts:
        first = drafts[0]
        closes = schedule.closes(first)
        return {
            "text": f"Finish “{first.title or first.reference}”",
            "href": url_for("apply.bid", reference=first.reference),
            "note": f"{countdown(closes)} left" if closes else "Bids are taken all year",
        }
    if answered:
        latest = answered[0]
        step = told.next_step(latest, awards[latest.id]) if latest.id in awards else {}
        address = url_for("apply.outcome", reference=latest.reference)
        reading = {"text": f"Read the decision on {latest.reference}", "href": address}
        return step if "href" in step else reading
    return {"text": "Nothing", "note": "We have everything we need from you."}


def _earliest(days: Sequence[Any]) -> Answer:
    if not days:
        return {"text": "No bid is with us now"}
    return {"text": f"By {uk_date(min(days))}", "note": promises.FEEDBACK}
