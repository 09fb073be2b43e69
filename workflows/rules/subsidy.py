"""Minimal financial assistance: the window, the limit on its date, and the legal order of the steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflows.cases import MFA_LIMIT_PENCE, MFA_NOTIFIED, AwardCase, reads
from workflows.machine import Blocker, Request
from workflows.rules.money import in_words
from workflows.rules.schedule import day_in_words, financial_year, local

# Counted within the limit: assistance of these kinds, at its gross amount (Subsidy Control Act 2022 s.36-38).
COUNTED = frozenset({"mfa", "spei", "eu_de_minimis", "tca_safa"})
YEARS_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Assistance:
    """One earlier amount an enterprise, or another of its group, received."""

    kind: str
    given_on: date
    gross_pence: int


def window_start(given_on: date) -> date:
    """Where the window begins: 1 April, two financial years before the one of `given_on`."""
    return date(financial_year(given_on) - YEARS_BEFORE, 4, 1)


def counted(received: Sequence[Assistance], given_on: date) -> int:
    """The gross pence that count against the limit on this date."""
    start = window_start(given_on)
    return sum(
        each.gross_pence for each in received if each.kind in COUNTED and start <= each.given_on <= given_on
    )


def within(limit_pence: int, earlier_pence: int, amount_pence: int) -> bool:
    """Whether an amount may be given: exactly the limit is still allowed."""
    return earlier_pence + amount_pence <= limit_pence


def limit_on(limits: Mapping[date, int], day: date) -> int:
    """The limit in force on a day, from limits by the date they began."""
    begun = [start for start in limits if start <= day]
    if not begun:
        raise LookupError(f"no limit of minimal financial assistance is known for {day_in_words(day)}")
    return limits[max(begun)]


def sum_in_words(earlier_pence: int, amount_pence: int, limit_pence: int, given_on: date) -> str:
    """The sum and the window, in the words the applicant and the letter use."""
    return (
        f"{in_words(earlier_pence)} received since {day_in_words(window_start(given_on))}"
        f" plus {in_words(amount_pence)} is {in_words(earlier_pence + amount_pence)},"
        f" against a limit of {in_words(limit_pence)}."
    )


@reads(MFA_NOTIFIED)
def notified(_case: Any, request: Request) -> Blocker | None:
    """First step in law: the enterprise is told that this is assistance, and how much."""
    if MFA_NOTIFIED.read(request):
        return None
    return Blocker(
        "mfa_not_notified",
        "The notification of minimal financial assistance has not been sent.",
        "Send it first.",
    )


def confirmed(case: AwardCase, request: Request) -> Blocker | None:
    """Second step in law: the enterprise confirms in writing, before anything is offered or given."""
    if case.subsidy_confirmed_at is not None and case.subsidy_confirmed_at <= request.now:
        return None
    return Blocker(
        "mfa_not_confirmed",
        "The organisation has not confirmed what other public money it received.",
        "Wait for its written confirmation.",
    )


@reads(MFA_LIMIT_PENCE)
def within_limit(case: AwardCase, request: Request) -> Blocker | None:
    """The limit is tested at each step again, at that instant."""
    limit = MFA_LIMIT_PENCE.read(request)
    if within(limit, case.earlier_assistance_pence, case.amount_pence):
        return None
    today = local(request.now).date()
    return Blocker(
        "mfa_limit",
        sum_in_words(case.earlier_assistance_pence, case.amount_pence, limit, today),
        "Lower the award and notify it again, or use another subsidy route.",
    )


def counts_from(decided_at: datetime, given_at: datetime) -> datetime:
    """Where the register's clock starts: the earlier of the decision and the giving."""
    return min(decided_at, given_at)
