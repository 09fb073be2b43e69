"""What the public pages show of a round: where it stands, its figures, its dates, its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from fundapp import clock
from fundapp.models.funds import Round
from fundapp.web.filters import clock_time, countdown, money, percent, uk_date
from workflows.funds.answering import in_short
from workflows.funds.pinned import Pinned
from workflows.rules import promise_clock, schedule
from workflows.rules.organisation_kinds import LEGAL_FORMS, SECTORS, in_sentence
from workflows.rules.sizes import SizeTest

INSTRUMENTS = {"grant": "grant", "equity": "investment for shares", "convertible_loan": "convertible loan"}
BODIES = {"board": "The board", "delegate": "The Combined Authority’s delegate"}
STANDS_OUT = frozenset({"closes", "cut-off", "hear"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a round stands now: `coming`, `open` or `closed`, the tag it wears, and the next instant."""

    key: str
    kind: str
    word: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One date of a round: its lasting key, the day or the instant, its words, whether it stands out."""

    key: str
    at: date
    words: str
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A round as the home page shows it, with its first three figures."""

    call: Round
    standing: Standing
    figures: list[dict[str, str]]


def standing(call: Round, cut_off: datetime | None = None) -> Standing:
    """Where the round stands by the clock; a rolling round counts to its next cut-off."""
    now = clock.now()
    if call.state == "published" and call.opens_at is not None and now < call.opens_at:
        return Standing("coming", "wait", "Opens soon", call.opens_at)
    if schedule.is_open(call, now):
        return Standing("open", "done", "Open", call.closes_at or cut_off)
    word = {"cancelled": "Cancelled", "complete": "Complete", "decided": "Decided"}.get(call.state, "Closed")
    return Standing("closed", "none", word, None)


def cards(calls: Sequence[Round], cut_offs: Mapping[int, datetime]) -> list[Card]:
    """The rounds of the home page, each with its rules and where it stands."""
    found = [(call, standing(call, cut_offs.get(call.id))) for call in calls]
    return [Card(call, now, lead_figures(call, call.rules, now)) for call, now in found]


def figures(call: Round, rules: Pinned, now: Standing) -> list[dict[str, str]]:
    """The four facts that stand before any prose."""
    return [*lead_figures(call, rules, now), _budget_figure(call)]


def lead_figures(call: Round, rules: Pinned, now: Standing) -> list[dict[str, str]]:
    """The three of them that the home page shows too."""
    award = rules.award
    least = f"and at least {money(award.least_pence)}"
    return [
        _time_figure(call, now),
        {"label": "You can ask for", "figure": f"Up to {money(award.most_pence)}", "note": least},
        _share_figure(rules),
    ]


def moments(call: Round, rules: Pinned, cut_off: datetime | None) -> list[Moment]:
    """What happens when, in the order of the road; dates that are not set are left out."""
    promises = rules.promises
    known: list[tuple[str, date | None, str]] = [
        ("published", _day(call.published_at), "Rules and questions published"),
        ("opens", call.opens_at, "Round opens"),
        ("closes", call.closes_at, "Round closes. You can change your bid until then"),
        ("cut-off", cut_off, "Next cut-off. Bids sent in before it are judged together"),
        ("checked", _after(cut_off, promises.check_days) or call.checked_by_on, "Every bid is checked"),
        ("assessed", _after(cut_off, promises.assess_days) or call.assessed_by_on, "Assessors finish"),
        ("board", call.board_on, "Board meets"),
        (
            "hear",
            _after(cut_off, promises.hear_days) or call.hear_by_on,
            "You hear, with feedback, whatever the answer",
        ),
    ]
    return [Moment(key, at, words, key in STANDS_OUT) for key, at, words in known if at is not None]


def events(call: Round, rules: Pinned, cut_off: datetime | None) -> list[tuple[str, str, bool]]:
    """The same as date, words, and whether it stands out."""
    return [(_when(each.at), each.words, each.stands_out) for each in moments(call, rules, cut_off)]


def elapsed(call: Round) -> float | None:
    """How much of the round's open time has gone, from 0 to 1; nothing while it is not open."""
    now = clock.now()
    if call.opens_at is None or call.closes_at is None or not schedule.is_open(call, now):
        return None
    return (now - call.opens_at) / (call.closes_at - call.opens_at)


def questions(rules: Pinned) -> list[dict[str, Any]]:
    """Every question with what it is scored under and its limit, part by part."""
    names = {criterion.key: criterion.name for criterion in rules.criteria}
    rows: list[dict[str, Any]] = []
    for section in rules.sections:
        rows.append({"group": section.title})
        rows += [
            {
                "cells": [
                    question.label,
                    names.get(question.scored_under or "", "Not scored"),
                    in_short(question),
                ]
            }
            for question in section.questions
        ]
    return rows


def who_may_apply(rules: Pinned) -> list[str]:
    """Who may apply, a sentence each."""
    places = [place.name for place in rules.authorities]
    said = [f"You are based in, or do significant work in, {_either(places)}."]
    if rules.eligibility.size_test is not None:
        said.append(_size(rules.eligibility.size_test))
    if rules.eligibility.registered_by is not None:
        said.append(f"You were registered by {uk_date(rules.eligibility.registered_by)}.")
    if rules.eligibility.legal_forms:
        forms = [in_sentence(each, LEGAL_FORMS) for each in rules.eligibility.legal_forms]
        said.append(f"You are a {_either(forms)}.")
    if rules.eligibility.must_be_trading:
        said.append("You are trading, and in no insolvency.")
    if rules.eligibility.must_be_solvent:
        said.append("You are in no insolvency, and not being wound up.")
    if rules.eligibility.sectors:
        sectors = [in_sentence(each, SECTORS) for each in rules.eligibility.sectors]
        said.append(f"You work in {_either(sectors)}.")
    if rules.eligibility.one_lead_bid:
        said.append("You lead one bid to this fund at a time; you may take part in others.")
    return said


def costs(terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kinds of cost and their limits, as rows of a table."""
    return [{"cells": [each["name"], _limit(each)]} for each in terms["categories"]]


def ladder(terms: Mapping[str, Any]) -> list[str]:
    """Who decides on how much, a sentence a rung."""
    rungs = [rung for rung in terms["ladder"] if rung["instrument"] == terms["instrument"]]
    if len(rungs) == 1:
        return [f"{BODIES[rungs[0]['body']]} decides, whatever the amount."]
    return [f"{BODIES[rung['body']]} decides on {_reach(rung['up_to_pence'])}." for rung in rungs]


def _time_figure(call: Round, now: Standing) -> dict[str, str]:
    if now.key == "coming" and now.next_at is not None:
        return _counting("Opens in", now.next_at)
    if now.key == "open" and now.next_at is not None:
        return _counting("Closes in" if call.closes_at else "Next cut-off in", now.next_at)
    if now.key == "open":
        return {"label": "Open", "figure": "All year", "note": "The next cut-off is not set yet"}
    closed = schedule.in_words(call.closes_at) if call.closes_at else "It takes no more bids"
    return {"label": "Closed", "figure": now.word, "note": closed}


def _counting(label: str, until: datetime) -> dict[str, str]:
    """A figure that a script counts down, by the two instants of this service and no other clock."""
    return {
        "label": label,
        "figure": countdown(until),
        "note": schedule.in_words(until),
        "now": clock.now().isoformat(),
        "until": until.astimezone(UTC).isoformat(),
    }


def _share_figure(rules: Pinned) -> dict[str, str]:
    if rules.instrument == "grant":
        rate = percent(rules.award.rate_bp)
        return {"label": "We pay up to", "figure": rate, "note": "of what the project costs"}
    return {"label": "In return for", "figure": "Shares", "note": "what the fund earns is invested again"}


def _budget_figure(call: Round) -> dict[str, str]:
    years = [schedule.financial_year_name(budget.financial_year) for budget in call.budgets]
    total = sum(budget.amount_pence for budget in call.budgets)
    return {"label": "To award", "figure": money(total), "note": f"in {' and '.join(years)}"}


def _when(moment: date) -> str:
    if not isinstance(moment, datetime):
        return uk_date(moment)
    return f"{uk_date(moment)}, {clock_time(moment)}"


def _day(instant: datetime | None) -> date | None:
    return schedule.local(instant).date() if instant else None


def _after(cut_off: datetime | None, days: int) -> date | None:
    return promise_clock.counted_from(cut_off, days) if cut_off else None


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _size(test: SizeTest) -> str:
    counted = {1: "one", 2: "two", 3: "all three"}[test.at_least]
    return (
        f"You meet {counted} of these: turnover under {money(test.turnover_under_pence)},"
        f" fewer than {test.staff_under} staff, gross assets under {money(test.assets_under_pence)},"
        " counting your whole group."
    )


def _limit(category: Mapping[str, Any]) -> str:
    if category["max_share_bp"] is not None:
        return f"Up to {percent(category['max_share_bp'])} of your costs"
    return (
        f"Up to {money(category['max_pence'])}"
        if category["max_pence"] is not None
        else "No limit of its own"
    )


def _reach(up_to_pence: int | None) -> str:
    return "larger amounts" if up_to_pence is None else f"up to {money(up_to_pence)}"
