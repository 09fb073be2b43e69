"""What waits between a claim and its payment, by age; and whether ledger, claims and bank agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from fundapp.queries.finance import OURS, AwardMoney, Other, Waiting
from workflows.rules.money import share

WITHIN = 3
# A claim's state, what the work is called, and whether somebody else must do it.
STEPS = (
    ("submitted", "Claims to check", ""),
    ("checked", "Claims to approve", ""),
    ("approved", "Claims to put in a run", ""),
    ("queried", "Replies to our questions", "Not yours: the organisation answers"),
)


@dataclass(frozen=True, slots=True)
class Age:
    """One kind of work by age: thirds of the promise, and past it."""

    state: str
    name: str
    note: str
    counts: tuple[int, ...]
    late: int
    pence: int


@dataclass(frozen=True, slots=True)
class Ages:
    """All of it, with the days each column spans and the claim that has waited longest."""

    labels: tuple[str, ...]
    beyond: str
    rows: tuple[Age, ...]
    total: Age
    oldest: Waiting | None
    oldest_days: int

    @property
    def late(self) -> int:
        """How many claims are past the promise."""
        return self.total.late


def ages(claims: Sequence[Waiting], now: datetime) -> Ages:
    """How old the work is; what the organisation itself has to answer is shown and not counted as late."""
    rows = tuple(
        _age(state, name, note, [each for each in claims if each.state == state], now)
        for state, name, note in STEPS
    )
    ours = [each for each in claims if each.state in OURS]
    oldest = max(ours, key=lambda each: (days_old(each, now) - each.promised_days, -each.id), default=None)
    labels, beyond = _labels({each.promised_days for each in claims})
    return Ages(labels, beyond, rows, _added(rows), oldest, days_old(oldest, now) if oldest else 0)


def days_old(claim: Waiting, now: datetime) -> int:
    """Whole days since the claim was made."""
    return (now - claim.submitted_at).days


def is_late(claim: Waiting, now: datetime) -> bool:
    """Whether a claim that waits for us is past what was promised."""
    return claim.state in OURS and days_old(claim, now) > claim.promised_days


def worth(claim: Waiting) -> int:
    """What a claim would pay: as worked out once it is checked, its cost at the award's rate before."""
    if claim.state in {"checked", "approved"}:
        return claim.payable_pence
    return share(claim.approved_pence, claim.rate_bp)


def _age(state: str, name: str, note: str, claims: Sequence[Waiting], now: datetime) -> Age:
    late = sum(is_late(each, now) for each in claims)
    counts = [0] * WITHIN
    for each in claims:
        if not is_late(each, now):
            counts[_third(days_old(each, now), each.promised_days)] += 1
    return Age(state, name, note, tuple(counts), late, sum(worth(each) for each in claims))


def _third(days: int, promised: int) -> int:
    """Which third of the promise a claim is in; the answer is awaited beyond the last, too."""
    return min(WITHIN - 1, max(0, ceil(days * WITHIN / promised) - 1))


def _added(rows: Sequence[Age]) -> Age:
    counts = tuple(sum(row.counts[column] for row in rows) for column in range(WITHIN))
    return Age("", "All", "", counts, sum(row.late for row in rows), sum(row.pence for row in rows))


def _labels(promises: set[int]) -> tuple[tuple[str, ...], str]:
    """The columns' names: in days where every round promises the same, else in thirds of the promise."""
    if len(promises) != 1:
        return ("First third", "Second", "Last third"), "Late"
    (days,) = promises
    ends = [days * (column + 1) // WITHIN for column in range(WITHIN)]
    starts = [0, *(end + 1 for end in ends)]
    return (
        f"{starts[0]} to {ends[0]} days",
        *(f"{starts[column]} to {ends[column]}" for column in range(1, WITHIN)),
    ), f"Over {days}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The same money as the ledger, the claims and the bank have it."""

    ledger_pence: int
    claims_pence: int
    bank_pence: int
    came_back_pence: int
    came_back: int
    came_back_on: datetime | None

    @property
    def agrees(self) -> bool:
        """Whether all three say the same."""
        return self.ledger_pence == self.claims_pence == self.bank_pence


def agreement(ledger_paid_pence: int, others: Sequence[Other]) -> Agreement:
    """Whether what was paid is the same in the ledger, in the claims and at the bank."""
    by_kind = {each.kind: each for each in others}
    back = by_kind["came_back"]
    return Agreement(
        ledger_paid_pence,
        by_kind["claims_paid"].pence,
        by_kind["bank_paid"].pence,
        back.pence,
        back.count,
        back.since,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """An award's money as one bar: paid, approved, claimed and being checked, left."""

    paid: int
    approved: int
    checking: int
    left: int


def bar(amount_pence: int, rate_bp: int, money: AwardMoney) -> Bar:
    """The parts of an award's bar; they add up to the award."""
    unspent = amount_pence - money.paid_pence - money.approved_pence
    checking = max(0, min(unspent - money.retained_pence, share(money.checking_cost_pence, rate_bp)))
    return Bar(money.paid_pence, money.approved_pence, checking, unspent - checking)
