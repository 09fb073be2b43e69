"""Gathers what the letters at an award’s end say, from the records as they stand when they are made."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.letters import contents
from fundapp.models.awards import Award
from fundapp.models.claims import Claim, ClaimLine
from fundapp.queries.outcomes import why_ended
from fundapp.services.claims import COUNTING
from fundapp.services.letter_facts import RECORD_YEARS, REVIEW_DAYS, day_of, heading, years_after

DELEGATE = "The Combined Authority’s delegate"


def completion(award: Award, number: int) -> contents.Completion:
    """What the close of a completed award says."""
    paid = _paid(award)
    return contents.Completion(
        heading=_heading(award, number),
        award_pence=award.amount_pence,
        cost_pence=_cost(award),
        paid_pence=paid,
        not_claimed_pence=award.amount_pence - paid,
        starts_on=award.starts_on,
        ends_on=award.ends_on,
        completed_on=day_of(award.state_since),
        records_until=years_after(award.ends_on, RECORD_YEARS),
    )


def termination(award: Award, number: int) -> contents.Termination:
    """What the end of a terminated award says, with the reason given for it."""
    paid, ended_on = _paid(award), day_of(award.state_since)
    return contents.Termination(
        heading=_heading(award, number),
        award_pence=award.amount_pence,
        paid_pence=paid,
        withdrawn_pence=award.amount_pence - paid,
        ended_on=ended_on,
        decided_by=DELEGATE,
        reason=why_ended(award),
        records_until=years_after(ended_on, RECORD_YEARS),
        review_by=ended_on + timedelta(days=REVIEW_DAYS),
    )


def _heading(award: Award, number: int) -> contents.Heading:
    """Dated on its own day: the release of the decision lies long behind."""
    return replace(heading(award.application, number), release_at=None)


def _paid(award: Award) -> int:
    wanted = select(func.coalesce(func.sum(Claim.payable_pence), 0)).where(
        Claim.award_id == award.id, Claim.state.in_(COUNTING)
    )
    return int(db.session.scalars(wanted).one())


def _cost(award: Award) -> int:
    wanted = (
        select(func.coalesce(func.sum(ClaimLine.approved_pence), 0))
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.award_id == award.id, Claim.state.in_(COUNTING))
    )
    return int(db.session.scalars(wanted).one())
