"""What follows a decision in the demonstration: confirmations, offers, acceptances, claims and payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fundapp.demo.cast import Cast
from fundapp.demo.timeline import Timeline
from fundapp.queries import awards as queries
from fundapp.queries import letters as letter_queries
from fundapp.services import awards, bank_accounts, claims, letters, payments
from fundapp.services.claims import Line
from workflows.machine import Blocked
from workflows.rules import money
from workflows.rules.subsidy import Assistance

if TYPE_CHECKING:
    from fundapp.services.awards import Award
    from fundapp.services.claims import Claim
    from fundapp.services.funds import Round

LONGEST_HOLDER = 18
FAR_TOO_MUCH = 30_000_000
A_LITTLE = 1_840_000


def confirm(line: Timeline, made: Sequence[Award], *, breach: bool = False) -> list[Award]:
    """Let each organisation confirm what it received; one of them has received far too much."""
    confirmed = []
    for position, award in enumerate(made):
        earlier = FAR_TOO_MUCH if breach and position == len(made) - 1 else A_LITTLE * (position % 3)
        received = [Assistance("mfa", line.day(line.today - 200), earlier)] if earlier else []
        try:
            awards.confirm_subsidy(award, received, award.application.lead)
        except Blocked:
            continue
        confirmed.append(award)
    return confirmed


def offer(cast: Cast, confirmed: Sequence[Award]) -> None:
    """Let the second officer release the offers."""
    for award in confirmed:
        awards.release_offer(award, cast.persona["second_officer"])


def release_declines(cast: Cast, call: Round) -> None:
    """Let the second officer release every decline of a round."""
    for letter in letter_queries.unreleased_declines(call.id):
        letters.release(letter, cast.persona["second_officer"])


def accept(offered: Sequence[Award]) -> None:
    """Let the named signatories accept."""
    for award in offered:
        awards.accept(award, award.application.lead.name, award.application.lead)


def begin(cast: Cast, accepted: Sequence[Award]) -> None:
    """Start the projects: conditions met, bank details entered and verified by two people."""
    for number, award in enumerate(accepted):
        awards.start(award, cast.officer)
        for condition in list(award.conditions):
            if condition.before_payment:
                awards.discharge_condition(award, condition.number, cast.officer)
        bid = award.application
        holder = bid.organisation.name.removesuffix(" (invented)")[:LONGEST_HOLDER].strip()
        account = bank_accounts.enter(bid.organisation, holder, "000000", f"{number + 1:08}", bid.lead)
        bank_accounts.verify(account, cast.finance[2])
        bank_accounts.verify(account, cast.finance[3])


def claim(cast: Cast, line: Timeline, award: Award, number: int) -> Claim | None:
    """Make the n-th claim of an award, for costs paid in its quarter, when that quarter is over."""
    found = next((each for each in queries.claims_of(award.id) if each.number == number), None)
    if found is None or found.period_ends_on > line.day(line.today):
        return None
    return claims.submit(found, _lines(cast, award, found), award.application.lead)


def check(cast: Cast, submitted: Sequence[Claim]) -> None:
    """Check claims; every fourth has a line reduced with its reason."""
    for position, each in enumerate(submitted):
        cut = {1: claims.Reduction(each.lines[0].approved_pence - 50_000, "VAT can be recovered.")}
        claims.check(each, cut if position % 4 == 3 else {}, cast.persona["finance"])


def ask(cast: Cast, submitted: Sequence[Claim]) -> None:
    """Ask the organisations something about their claims."""
    for each in submitted:
        claims.query(each, "Which week do the hours on line 1 belong to?", cast.persona["finance"])


def approve(cast: Cast, checked: Sequence[Claim]) -> None:
    """Let a second person approve them."""
    for each in checked:
        claims.approve(each, cast.persona["second_finance"])


def pay(cast: Cast, approved: Sequence[Claim], on: date, *, refuse_last: bool = False) -> None:
    """Prepare, approve, export and confirm one payment run; the bank may refuse its last line."""
    run = payments.prepare(approved, cast.persona["finance"])
    payments.approve(run, cast.finance[2])
    payments.export(run, cast.persona["finance"])
    results = {line.end_to_end_id: payments.PAID for line in run.lines}
    if refuse_last:
        results[run.lines[-1].end_to_end_id] = payments.REFUSED
    payments.confirm(run, results, on, cast.persona["finance"])


def _lines(cast: Cast, award: Award, found: Claim) -> list[Line]:
    instalments = max(1, len(award.instalments))
    part = award.eligible_cost_pence // instalments
    amounts = money.split(part - cast.random.randint(0, part // 20), [6, 3, 1])
    categories = ("people", "materials", "travel")
    paid_on = max(award.starts_on, found.period_ends_on - timedelta(days=20))
    return [
        Line(
            supplier=f"Supplier {position} (invented)",
            invoice_number=f"INV-{found.id}-{position}",
            invoiced_on=paid_on - timedelta(days=10),
            paid_on=paid_on,
            net_pence=pence,
            vat_pence=0,
            vat_recoverable=True,
            category=category,
            rd_type=award.application.rd_type,
            rd_share_bp=award.application.rd_share_bp,
        )
        for position, (category, pence) in enumerate(zip(categories, amounts, strict=True), start=1)
    ]
