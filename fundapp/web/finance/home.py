"""Finance's home: what waits by age against the promise, where the money is, whether the books agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundapp import clock
from fundapp.queries import finance
from fundapp.queries.finance import AwardMoney, Other, Waiting
from fundapp.reports import commitments, payments
from fundapp.reports.payments import Ages, Bar
from fundapp.web.filters import money
from fundapp.web.finance.pages import capital, counted, mine, pages
from fundapp.web.finance.words import next_of
from fundapp.web.guards import requires
from workflows.actors import Permission

BARS = 8


@dataclass(frozen=True, slots=True)
class AwardLine:
    """An award with its bar and what it waits for."""

    reference: str
    organisation: str
    amount_pence: int
    bar: Bar
    kind: str
    word: str
    claims: int
    ended: int


@pages.get("")
@requires(Permission.LEDGER_READ)
def home() -> ResponseReturnValue:
    """Everything that waits, and every pound of every round."""
    claims = finance.waiting_claims()
    others = finance.other_work()
    rounds = commitments.by_round_and_year()
    ages = payments.ages(claims, clock.now())
    everything = commitments.added_up(rounds)
    agreement = payments.agreement(everything.of("paid"), others)
    return render_template(
        "finance/home.html", ages=ages, others=_waiting_too(others), rounds=rounds, total=everything,
        agreement=agreement, bars=bars(_first(claims)), now=clock.now(),
        page_title=_finding(ages, others), lede=_next(ages),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list must know of an award to draw its money."""

    id: int
    reference: str
    organisation: str
    amount_pence: int
    rate_bp: int
    state: str


def bars(awards: Iterable[Shown]) -> list[AwardLine]:
    """Awards with how far the money of each has come, in one statement."""
    shown = list(awards)
    found = finance.money_of([each.id for each in shown])
    return [_line(each, found.get(each.id, AwardMoney())) for each in shown]


def _line(award: Shown, found: AwardMoney) -> AwardLine:
    bar = payments.bar(award.amount_pence, award.rate_bp, found)
    kind, word = next_of(found.state, award.state)
    return AwardLine(
        award.reference,
        award.organisation,
        award.amount_pence,
        bar,
        kind,
        word,
        found.claims,
        found.claims_ended,
    )


def _first(claims: Sequence[Waiting]) -> list[Shown]:
    """The awards of the claims that have waited longest."""
    awards = {
        each.award_id: Shown(
            each.award_id, each.award, each.organisation, each.award_pence, each.rate_bp, each.award_state
        )
        for each in reversed(claims)
    }
    return list(reversed(awards.values()))[:BARS]


def _finding(ages: Ages, others: Sequence[Other]) -> str:
    back = next(each for each in others if each.kind == "came_back").count
    waits = sum(sum(row.counts) for row in ages.rows if row.state in finance.OURS)
    parts = []
    if ages.late:
        promise = f"{ages.oldest.promised_days}-day promise" if ages.oldest else "promise"
        parts.append(f"{counted(ages.late, 'claim is', 'claims are')} past our {promise}")
    elif waits:
        parts.append(f"{counted(waits, 'claim waits', 'claims wait')}, none past our promise")
    if back:
        parts.append(f"{counted(back, 'payment', 'payments')} came back")
    return capital(", and ".join(parts)) if parts else "Nothing waits for finance"


def _next(ages: Ages) -> dict[str, str] | None:
    """The claim to answer next."""
    claim = ages.oldest
    if claim is None:
        return None
    days = "made today" if not ages.oldest_days else f"{ages.oldest_days} days"
    return {
        "href": url_for("finance.claim", number=claim.id),
        "text": "answer the oldest claim" if ages.late else "take the oldest claim",
        "note": f"{claim.organisation}, {days}, {money(payments.worth(claim))}",
    }


def _waiting_too(others: Sequence[Other]) -> list[dict[str, str]]:
    """Runs and bank details that wait, each with the way there."""
    names = {
        "run_draft": "Release",
        "run_approved": "Send to the bank",
        "run_exported": "Take the answer for",
    }
    runs = [
        {
            "text": f"{names[each.kind]} run {each.name}",
            "href": url_for("finance.run", number=int(each.name)),
            "note": f"{counted(each.count, 'payment', 'payments')}, {money(each.pence)}",
        }
        for each in others
        if each.kind in names
    ]
    accounts = [each for each in others if each.kind == "bank"]
    if accounts and Permission.BANK_VERIFY in mine():
        verify = {
            "text": capital(f"{counted(len(accounts), 'bank account', 'bank accounts')} to verify"),
            "href": url_for("finance.accounts"),
            "note": "Two people, by calling back a number already on file",
        }
        return [*runs, verify]
    return runs
