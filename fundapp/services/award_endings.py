"""The ends of an award: completed, withdrawn, terminated, or given up by its people before the offer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.models.people import Person
from fundapp.services import approvals, budget, casework, claims, postings, rd_feed
from fundapp.transaction import lock, transaction
from workflows.cases import AWARD_STATE, CLAIMS_OPEN, GAPS, REASON
from workflows.rules.money import in_words

BY_THE_OFFICE = ("complete", "withdraw", "terminate")


@transaction()
def complete(award: Award, actor: Person) -> Award:
    """Close an award whose project is done.

    In order: everything claimed is settled, every condition met and nothing kept back any more; the
    award is complete; what was never claimed goes back to its round; what it planned comes down to the
    R&D that was done; the letter that closes it is promised, and the applicant told.
    """
    lock(award)
    _end(award, "complete", actor, ending_facts(award))
    return award


@transaction()
def withdraw(award: Award, reason: str, actor: Person) -> Award:
    """Withdraw an award that cannot go on, with the reason its people read; what is left goes back."""
    lock(award)
    _end(award, "withdraw", actor, ending_facts(award) | {REASON.key: reason}, {"reason": reason})
    return award


@transaction()
def terminate(award: Award, reason: str, actor: Person) -> Award:
    """Terminate an award before its time: as `withdraw`, by the delegate, and a letter gives the reason."""
    lock(award)
    _end(award, "terminate", actor, ending_facts(award) | {REASON.key: reason}, {"reason": reason})
    return award


@transaction()
def step_back(award: Award, actor: Person) -> Award:
    """Give an award up before its offer: its money goes back to the round, and the bid is withdrawn."""
    lock(award)
    _end(award, "step_back", actor, {})
    casework.advance(award.application, "withdraw", actor, facts={AWARD_STATE.key: award.state})
    return award


def ending_facts(award: Award) -> dict[str, object]:
    """What the rulebook wants to know before an award ends; a reason comes with the person who gives it."""
    return {CLAIMS_OPEN.key: claims.open_on(award.id), GAPS.key: tuple(_gaps(award))}


def freed(award: Award) -> dict[str, int]:
    """What an award that ended now would give back: never claimed, and kept until the final report."""
    if award.state in postings.BEFORE_SIGNING:
        return {"released_pence": award.amount_pence, "kept_pence": 0}
    spoken_for = select(func.coalesce(func.sum(Claim.payable_pence + Claim.retained_pence), 0)).where(
        Claim.award_id == award.id, Claim.state.in_(claims.COUNTING)
    )
    claimed = int(db.session.scalars(spoken_for).one())
    return {
        "released_pence": award.amount_pence - claimed,
        "kept_pence": claims.kept_back(award.id),
    }


def _end(
    award: Award,
    action: str,
    actor: Person,
    facts: Mapping[str, object],
    personal: Mapping[str, Any] | None = None,
) -> None:
    """Take the step, with everything its postings and feeds need in the event, and free the budget."""
    bid: Application = award.application
    back = freed(award)
    recorded = approvals.figures(award, bid) | back | {"defrayed": rd_feed.defrayed_on(award.id)}
    casework.advance(award, action, actor, facts=facts, recorded=recorded, personal=personal)
    budget.release_committed(bid.round_id, award.financial_year, sum(back.values()))


def _gaps(award: Award) -> list[str]:
    """What keeps an award from being complete, a sentence each."""
    gaps = [
        f"Condition {each.number} is not met yet: {each.text}"
        for each in award.conditions
        if each.discharged_at is None
    ]
    asked = select(Claim.number).where(Claim.award_id == award.id, Claim.state == "queried")
    gaps += [f"Claim {number} waits for the organisation’s answer." for number in db.session.scalars(asked)]
    kept = claims.kept_back(award.id)
    return [*gaps, f"{in_words(kept)} is kept back until the final report is accepted."] if kept else gaps
