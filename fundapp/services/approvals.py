"""What an approval sets in motion: the award, the committed budget, the postings to come.

Parts of larger verbs: the board's closing, the delegate's decision and the clock all end here.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application, Submission
from fundapp.models.awards import Award, Condition, Instalment
from fundapp.models.decisions import Decision
from fundapp.models.meetings import MeetingItem
from fundapp.services import budget, casework, costs
from fundapp.transaction import transaction
from workflows.funds.costing import funding_of
from workflows.rules import money
from workflows.rules.budget import Rung, rung_for
from workflows.rules.funding import Stated
from workflows.rules.schedule import quarters

DEFAULT_MONTHS = 12


def latest_version(bid: Application) -> Submission:
    """The version of a bid that was sent in last: the one that is judged, decided on and paid."""
    return db.session.scalars(
        select(Submission)
        .where(Submission.application_id == bid.id)
        .order_by(Submission.number.desc())
        .limit(1)
    ).one()


def sheets_of(bid: Application) -> list[Stated]:
    """The cost sheets of that version; none for one that came with its sums alone."""
    return costs.stated_in(latest_version(bid).content)


def deciding_item(bid: Application) -> MeetingItem | None:
    """The bid's line on the last meeting it was put to."""
    return db.session.scalars(
        select(MeetingItem)
        .where(MeetingItem.application_id == bid.id)
        .order_by(MeetingItem.meeting_id.desc())
        .limit(1)
    ).first()


def latest_decision(bid: Application) -> Decision | None:
    """The decision in force on a bid."""
    return db.session.scalars(
        select(Decision).where(Decision.application_id == bid.id).order_by(Decision.id.desc()).limit(1)
    ).first()


def rung_of(bid: Application, pence: int) -> Rung:
    """The rung of the round's decision ladder that an amount stands on."""
    ladder = [Rung(**rung) for rung in bid.round.terms["ladder"]]
    return rung_for(ladder, bid.round.fund.instrument, pence)


def start_of(bid: Application) -> date:
    """The day the project starts: as the bid says, or today."""
    return bid.starts_on or clock.in_london(clock.now()).date()


def year_of(bid: Application) -> int:
    """The financial year whose budget pays the bid."""
    return budget.year_for(bid.round_id, start_of(bid))


def decision_facts(bid: Application, decision: Decision, item: MeetingItem) -> dict[str, object]:
    """What the rulebook wants to know of a decision: amount, hold, and whether the bid changed since."""
    return {
        "decision_pence": decision.amount_pence,
        "held_pence": item.held_pence,
        "figures_changed": latest_version(bid).sha256 != decision.submission_sha256,
        "reason": decision.reason,
    }


@transaction()
def approve_due() -> int:
    """Let every approval whose call-in has passed take effect, and say how many did.

    Each one: an award is opened, the budget held becomes committed, and the ledger, the R&D total and
    the notices are promised.
    """
    return _approve_waiting()


def approve_by_clock(_period: datetime) -> None:
    """Let approvals take effect as their call-ins pass; run by the clock."""
    _approve_waiting()


def _approve_waiting() -> int:
    waiting = db.session.scalars(
        select(Application)
        .where(Application.state.in_(("board_approved", "decided")))
        .order_by(Application.id)
    ).all()
    return sum(take_effect(bid) for bid in waiting)


def take_effect(bid: Application) -> bool:
    """Let an approval take effect once any call-in is over; False while it is not.

    In order: the award is opened with its conditions and instalments; the bid is approved, with every
    figure its postings derive from frozen in the event; the hold becomes a commitment.
    """
    decision, item = latest_decision(bid), deciding_item(bid)
    if decision is None or item is None or decision.effective_at > clock.now():
        return False
    award = _open_award(bid, decision)
    in_call_in = decision.effective_at > decision.decided_at
    facts = decision_facts(bid, decision, item) | {
        "call_in_ends_at": decision.effective_at - timedelta(seconds=1) if in_call_in else None,
        "called_in": False,
    }
    casework.advance(bid, "approve", casework.SYSTEM, facts=facts, recorded=figures(award, bid))
    budget.commit_held(bid.round_id, award.financial_year, item.held_pence)
    item.held_pence = 0
    return True


def figures(award: Award, bid: Application) -> dict[str, Any]:
    """Everything the ledger and the R&D total derive from an award, frozen for its events."""
    return {
        "award_id": award.id,
        "round_id": bid.round_id,
        "financial_year": award.financial_year,
        "amount_pence": award.amount_pence,
        "instrument": award.instrument,
        "cost_pence": award.eligible_cost_pence,
        "rd_share_bp": bid.rd_share_bp,
        "rd_type": bid.rd_type,
        "rd_places": funding_of(bid.round.rules, sheets_of(bid)).rd_by_place,
        "authority": bid.organisation.authority,
        "starts_on": award.starts_on.isoformat(),
        "ends_on": award.ends_on.isoformat(),
    }


def _open_award(bid: Application, decision: Decision) -> Award:
    terms = bid.round.terms
    starts_on = start_of(bid)
    ends_on = _months_later(starts_on, bid.months or DEFAULT_MONTHS)
    cost = max(bid.total_cost_pence, decision.amount_pence)
    award = Award(
        application_id=bid.id,
        decision_id=decision.id,
        reference=f"{bid.reference}-A",
        instrument=bid.round.fund.instrument,
        amount_pence=decision.amount_pence,
        eligible_cost_pence=cost,
        rate_bp=money.rounded(Fraction(decision.amount_pence * money.WHOLE, cost)),
        retention_bp=terms["award"]["retention_bp"],
        financial_year=year_of(bid),
        starts_on=starts_on,
        ends_on=ends_on,
        approved_at=clock.now(),
        earlier_assistance=[],
        earlier_assistance_pence=0,
    )
    casework.open_case(
        award, casework.SYSTEM, recorded={"application_id": bid.id, "decision_id": decision.id}
    )
    db.session.add_all(_conditions(award, decision))
    db.session.add_all(_instalments(award))
    db.session.flush()
    return award


def _conditions(award: Award, decision: Decision) -> list[Condition]:
    return [
        Condition(
            award_id=award.id,
            number=number,
            moment=condition["moment"],
            text=condition["text"],
            due_on=date.fromisoformat(condition["due_on"]) if condition.get("due_on") else None,
            before_payment=bool(condition.get("before_payment")),
        )
        for number, condition in enumerate(decision.conditions, start=1)
    ]


def _instalments(award: Award) -> list[Instalment]:
    planned = quarters(award.starts_on, award.ends_on)
    parts = money.split(award.amount_pence, [1] * len(planned))
    return [
        Instalment(
            award_id=award.id, number=number, due_on=min(quarter.last_day, award.ends_on), amount_pence=part
        )
        for number, (quarter, part) in enumerate(zip(planned, parts, strict=True), start=1)
    ]


def _months_later(start: date, months: int) -> date:
    """The last day of a project that lasts so many whole months."""
    month = start.month - 1 + months
    first_free = date(start.year + month // 12, month % 12 + 1, min(start.day, 28))
    return first_free - timedelta(days=1)
