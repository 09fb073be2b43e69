"""What the public page of a round says of its results, and of the fund's rounds before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fundapp.models.funds import Round
from fundapp.queries import round_results as queries
from fundapp.queries.round_results import District, Result
from fundapp.web.filters import NOTHING, money
from workflows.rules import small_numbers
from workflows.rules.rd_spend import CITY_REGION

NOT_SHOWN = "Not shown"
NOT_KNOWN = "District not known"


@dataclass(frozen=True, slots=True)
class Results:
    """The finished round's own figures where it is one, and rows for the other finished rounds."""

    own: Result | None
    steps: list[tuple[str, int, float]]
    facts: list[dict[str, str]]
    districts: list[dict[str, Any]]
    others: list[Result]


def of(call: Round) -> Results:
    """Everything the page says; two statements for a finished round, one for any other."""
    found = queries.of_fund(call.fund_id)
    own = next((each for each in found if each.ref == call.ref), None)
    return Results(
        own=own,
        steps=_steps(own) if own else [],
        facts=_facts(own) if own else [],
        districts=_district_rows(queries.by_district(call.id)) if own else [],
        others=[each for each in found if each.ref != call.ref],
    )


def success(result: Result) -> str:
    """How many in a hundred of the bids sent in were funded."""
    if not result.submitted:
        return NOTHING
    return f"{round(100 * result.funded / result.submitted)}%"


def _steps(result: Result) -> list[tuple[str, int, float]]:
    """From started to funded: the words, the count, its share of the largest."""
    counts = [
        ("Started", result.started),
        ("Sent in", result.submitted),
        ("Eligible", result.eligible),
        ("Recommended by the assessors", result.recommended),
        ("Funded", result.funded),
    ]
    most = max(count for _, count in counts) or 1
    return [(words, count, count / most) for words, count in counts]


def _facts(result: Result) -> list[dict[str, str]]:
    return [
        {"label": "Success rate", "figure": success(result), "note": "of the bids sent in"},
        {"label": "Asked for", "figure": money(result.asked_pence), "note": "by all bids sent in"},
        {"label": "Awarded", "figure": money(result.awarded_pence), "note": "less what was given back"},
        {"label": "To a decision", "figure": _days(result.days), "note": "from the close, the median"},
    ]  # fmt: skip


def _days(days: int | None) -> str:
    if days is None:
        return NOTHING
    return f"{days:,} day{'' if days == 1 else 's'}"


def _district_rows(found: Sequence[District]) -> list[dict[str, Any]]:
    """A row a district, without the numbers that are too small to show."""
    sent = small_numbers.shown([each.submitted for each in found])
    funded = small_numbers.shown([each.funded for each in found])
    return [
        {"cells": [CITY_REGION.get(each.authority or "", NOT_KNOWN), _count(one), _count(other)]}
        for each, one, other in zip(found, sent, funded, strict=True)
    ]


def _count(count: int | None) -> str:
    return NOT_SHOWN if count is None else f"{count:,}"
