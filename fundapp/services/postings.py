"""Ledger postings: what each event moves between accounts, derived from the event's own facts alone."""

from collections.abc import Callable, Mapping
from typing import Any

from fundapp import ledger
from fundapp.extensions import db
from fundapp.ledger import Move
from fundapp.models.events import Event

Moves = list[Move]

# States of an award in which its money is committed, not yet contracted.
BEFORE_SIGNING = frozenset({"subsidy_check", "offered"})


def fulfil(payload: Mapping[str, Any]) -> None:
    """Make the posting an outbox row promises; a posting made before is left as it is."""
    event = db.session.get_one(Event, payload["event_id"])
    posting = payload["posting"]
    ledger.post(key_of(posting, event.id), posting, event.id, moves_of(posting, event))


def key_of(posting: str, event_id: int) -> str:
    """The key under which a posting is made once."""
    return f"{posting}-{event_id}"


def moves_of(posting: str, event: Event) -> Moves:
    """The movements an event means; `LookupError` for a posting nobody knows."""
    try:
        rule = _RULES[posting]
    except KeyError:
        raise LookupError(f"there is no posting called {posting!r}") from None
    return rule(event)


def _fund(event: Event) -> Moves:
    return _by_year(event, "funding", "available", event.facts["budgets"])


def _unfund(event: Event) -> Moves:
    return _by_year(event, "available", "funding", event.facts["left"])


def _by_year(event: Event, source: str, target: str, amounts: Mapping[str, int]) -> Moves:
    return [
        Move(source, target, pence, event.case_id, int(year), None) for year, pence in sorted(amounts.items())
    ]


def _commit(event: Event) -> Moves:
    return [_award_move(event.facts, "available", "committed", event.facts["amount_pence"])]


def _contract(event: Event) -> Moves:
    return [_award_move(event.facts, "committed", "contracted", event.facts["amount_pence"])]


def _payable(event: Event) -> Moves:
    return [
        _award_move(event.facts, "contracted", "payable", event.facts["payable_pence"]),
        _award_move(event.facts, "contracted", "retained", event.facts["retained_pence"]),
    ]


def _unretain(event: Event) -> Moves:
    return [_award_move(event.facts, "retained", "payable", event.facts["payable_pence"])]


def _in_transit(event: Event) -> Moves:
    return [_award_move(line, "payable", "in_transit", line["pence"]) for line in event.facts["lines"]]


def _paid(event: Event) -> Moves:
    return [_award_move(event.facts, "in_transit", "paid", event.facts["pence"])]


def _refused(event: Event) -> Moves:
    return [_award_move(event.facts, "in_transit", "payable", event.facts["pence"])]


def _release(event: Event) -> Moves:
    source = "committed" if event.source in BEFORE_SIGNING else "contracted"
    pence = event.facts.get("released_pence", event.facts["amount_pence"])
    return [
        _award_move(event.facts, source, "available", pence),
        _award_move(event.facts, "retained", "available", event.facts.get("kept_pence", 0)),
    ]


def _award_move(facts: Mapping[str, Any], source: str, target: str, pence: int) -> Move:
    return Move(source, target, pence, facts["round_id"], facts["financial_year"], facts["award_id"])


_RULES: Mapping[str, Callable[[Event], Moves]] = {
    "fund": _fund,
    "unfund": _unfund,
    "commit": _commit,
    "contract": _contract,
    "payable": _payable,
    "unretain": _unretain,
    "in_transit": _in_transit,
    "paid": _paid,
    "refused": _refused,
    "release": _release,
}
