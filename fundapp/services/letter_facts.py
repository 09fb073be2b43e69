"""Gathers what a letter says, from the records as they stand when it is made."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.letters import contents
from fundapp.letters.verify import new_code
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.decisions import Decision
from fundapp.models.installation import Installation
from fundapp.models.meetings import Meeting
from fundapp.services import feedback
from workflows.rules import money, schedule, subsidy
from workflows.rules.rd_spend import CITY_REGION

RECORD_YEARS = 10
REPORT_DAYS = 90
CLAIM_MONTHS = 3
CHANGE_NOTICE_DAYS = 10
REVIEW_DAYS = 28
DEMO_NOTICE = "Demonstration letter: nothing here is real"
NEXT_STEPS = (
    "You can copy this bid into a later round and change it there. Open rounds are on our home page.",
    (
        "If you think a fact was missed, write to us and say which. We check how the"
        " decision was made; we do not mark the bid again."
    ),
)


def offer_of_grant(award: Award, number: int) -> contents.OfferOfGrant:
    """What the offer of a grant says."""
    return contents.OfferOfGrant(
        heading=heading(award.application, number),
        decision=_decision(award.application),
        reply_by=_reply_by(award),
        award_pence=award.amount_pence,
        qualifying_cost_pence=award.eligible_cost_pence,
        rate=award.rate_bp,
        starts_on=award.starts_on,
        ends_on=award.ends_on,
        claim_months=CLAIM_MONTHS,
        retention_rate=award.retention_bp,
        retention_pence=money.share(award.amount_pence, award.retention_bp),
        conditions=_conditions(award),
        assistance=_assistance(award),
        given_on_acceptance=_terms(award)["award"]["given_on"] == "acceptance",
        pay_within_days=_terms(award)["promises"]["pay_days"],
        final_report_by=award.ends_on + timedelta(days=REPORT_DAYS),
        records_until=years_after(award.ends_on, RECORD_YEARS),
        change_notice_days=CHANGE_NOTICE_DAYS,
        data_contact=settings().letter_email,
        results=feedback.results(award.application),
    )


def offer_of_investment(award: Award, number: int) -> contents.OfferOfInvestment:
    """What the offer of an investment says."""
    return contents.OfferOfInvestment(
        heading=heading(award.application, number),
        decision=_decision(award.application),
        reply_by=_reply_by(award),
        instrument=award.instrument,
        amount_pence=award.amount_pence,
        terms=(
            contents.InvestmentTerm(
                name="Valuation", words="Agreed in the share agreement, dated and kept with this award."
            ),
            contents.InvestmentTerm(
                name="Use of the money", words=f"{award.application.title}, as set out in your application."
            ),
        ),
        tranches=tuple(
            contents.Tranche(
                amount_pence=each.amount_pence,
                due_on=each.due_on,
                milestone="After we accept your progress statement",
            )
            for each in award.instalments
        ),
        conditions=_conditions(award),
        assistance=_assistance(award),
        subsidy_basis="",
        given_on_acceptance=_terms(award)["award"]["given_on"] == "acceptance",
        statement_months=6,
        records_until=years_after(award.ends_on, RECORD_YEARS),
        change_notice_days=CHANGE_NOTICE_DAYS,
        data_contact=settings().letter_email,
        results=feedback.results(award.application),
    )


def mfa_confirmation(award: Award, number: int) -> contents.MfaConfirmation:
    """What the confirmation of minimal financial assistance says (Subsidy Control Act 2022 s.37(5))."""
    given_on = day_of(award.accepted_at or clock.now())
    return contents.MfaConfirmation(
        heading=heading(award.application, number),
        assistance=_assistance(award),
        given_on=given_on,
        keep_until=years_after(given_on, 3),
    )


def decline(bid: Application, number: int) -> contents.Decline:
    """What a decline says: the outcome, the marks beside the round's average, and what to do next."""
    totals = feedback.round_totals(bid.round_id)
    return contents.Decline(
        heading=heading(bid, number),
        decision=_decision(bid),
        asked_pence=bid.grant_requested_pence,
        results=feedback.results(bid),
        total=feedback.hundredths(bid.score),
        average_total=totals[0],
        lowest_funded_total=totals[1],
        assessors=feedback.assessors(bid),
        next_steps=NEXT_STEPS,
        review_by=day_of(bid.decision_release_at or clock.now()) + timedelta(days=REVIEW_DAYS),
    )


def heading(bid: Application, number: int) -> contents.Heading:
    """The top and foot of a letter about a bid."""
    letterhead = settings()
    is_demo = bool(db.session.scalar(select(Installation.is_demo)))
    organisation = bid.organisation
    district = CITY_REGION.get(organisation.authority or "", "")
    address = " ".join(part for part in (district, organisation.postcode or "") if part)
    return contents.Heading(
        reference=bid.reference,
        number=number,
        code=new_code(),
        check_address=f"{letterhead.base_url.rstrip('/')}/check",
        dated_on=day_of(max(clock.now(), bid.decision_release_at or clock.now())),
        release_at=bid.decision_release_at,
        fund=bid.round.fund.name,
        round=f"round {bid.round.number}",
        project=bid.title,
        company_number=organisation.company_number or "",
        sender=contents.Sender(
            authority=letterhead.letter_authority,
            department=letterhead.letter_department,
            address=letterhead.letter_address,
            email=letterhead.letter_email,
            notice=DEMO_NOTICE if is_demo else "",
        ),
        recipient=contents.Recipient(
            name=bid.lead.name, organisation=organisation.name, address=(address,) if address else ()
        ),
        signatory=contents.Signatory(
            name=letterhead.letter_signatory,
            post=letterhead.letter_signatory_post,
            on_behalf_of=letterhead.letter_on_behalf_of,
        ),
    )


def _decision(bid: Application) -> contents.Decision:
    made = db.session.scalars(
        select(Decision).where(Decision.application_id == bid.id).order_by(Decision.id.desc()).limit(2)
    ).all()
    received, funded = _counts(bid.round_id)
    if not made:
        return contents.Decision(
            decided_by="The programme team, on the eligibility checks",
            decided_on=day_of(clock.now()),
            recommended_by="",
            recommended_on=None,
            reasons=("This bid did not meet every eligibility check of the round.",),
            bids_received=received,
            bids_funded=funded,
        )
    last, before = made[0], made[1] if len(made) > 1 and made[0].body == "delegate" else None
    return contents.Decision(
        decided_by="The Combined Authority’s delegate" if last.body == "delegate" else _board_name(last),
        decided_on=day_of(last.decided_at),
        recommended_by=_board_name(before) if before else "",
        recommended_on=day_of(before.decided_at) if before else None,
        reasons=(last.reason,),
        bids_received=received,
        bids_funded=funded,
    )


def _board_name(decision: Decision) -> str:
    title = db.session.scalar(select(Meeting.title).where(Meeting.id == decision.meeting_id))
    return title or "The board"


def _counts(round_id: int) -> tuple[int | None, int | None]:
    received = db.session.scalar(
        select(func.count()).where(Application.round_id == round_id, Application.submitted_at.is_not(None))
    )
    funded = db.session.scalar(
        select(func.count()).select_from(Award).join(Application).where(Application.round_id == round_id)
    )
    return received or None, funded or None


def _assistance(award: Award) -> contents.Assistance:
    today = day_of(clock.now())
    limits = {
        date.fromisoformat(each["from_date"]): each["mfa_pence"] for each in _terms(award)["mfa_limits"]
    }
    return contents.Assistance(
        gross_pence=award.amount_pence,
        received_pence=award.earlier_assistance_pence,
        confirmed_on=day_of(award.subsidy_confirmed_at or clock.now()),
        window_from=subsidy.window_start(today),
        limit_pence=subsidy.limit_on(limits, today),
    )


def _conditions(award: Award) -> tuple[contents.Condition, ...]:
    return tuple(
        contents.Condition(when=each.moment, what=each.text, by=each.due_on) for each in award.conditions
    )


def _terms(award: Award) -> dict[str, Any]:
    return award.application.round.terms


def _reply_by(award: Award) -> datetime:
    return schedule.end_of_period(clock.now(), int(_terms(award)["award"]["accept_within_days"]))


def day_of(instant: datetime) -> date:
    """The day an instant falls on here."""
    return clock.in_london(instant).date()


def years_after(day: date, years: int) -> date:
    """The same day so many years later."""
    return date(day.year + years, day.month, min(day.day, 28) if day.month == 2 else day.day)
