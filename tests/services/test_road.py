"""The whole road by its service verbs: one round from its first bid to a payment and the R&D total."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp import ledger
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.models.letters import Letter
from fundapp.models.rd_entries import RdEntry
from fundapp.services import (
    approvals,
    awards,
    bank_accounts,
    claims,
    decisions,
    letters,
    payments,
    verification,
)
from fundapp.services.claims import Line
from tests.factories import meetings, outbox
from tests.factories import region as made
from workflows.machine import Blocked

pytestmark = pytest.mark.usefixtures("app_context")


def nothing_found() -> bool:
    return not [
        *verification.verify_events(),
        *verification.verify_ledger(),
        *verification.verify_rd(),
    ]


def test_a_grant_goes_from_bid_to_payment_and_every_figure_is_proved(app_context: Flask) -> None:
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bids = [made.apply(region, call, number) for number in (1, 2, 3)]
    made.pass_time(days=31)
    made.assess(region, call, bids, [5, 4, 1])
    assert [bid.state for bid in bids] == ["recommended", "recommended", "not_recommended"]

    meetings.decided(region, call, bids, ["approve", "reserve", "decline"])
    assert [bid.state for bid in bids] == ["approved", "reserve", "declined"]
    award = db.session.scalars(select(Award)).one()
    assert award.amount_pence == 5_000_000

    made.pass_time(days=60)
    awards.confirm_subsidy(award, [], region.applicants[0])
    outbox.work_off()
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 2

    awards.release_offer(award, region.second_officer)
    assert bids[0].state == "offered"
    awards.accept(award, "Applicant 1", region.applicants[0])
    awards.start(award, region.officer)
    awards.discharge_condition(award, 1, region.officer)
    outbox.work_off()

    made.pass_time(days=150)
    claim = db.session.scalars(select(Claim).order_by(Claim.number).limit(1)).one()
    paid_on = award.starts_on + timedelta(days=3)
    line = Line("Supplier", "INV-1", paid_on, paid_on, 1_000_001, 0, True, "materials", "experimental", 8_000)
    claims.submit(claim, [line], region.applicants[0])
    claims.check(claim, {}, region.finance[0])
    with pytest.raises(Blocked, match="somebody else"):
        claims.approve(claim, region.finance[0])
    claims.approve(claim, region.finance[1])
    assert (claim.payable_pence, claim.retained_pence) == (450_000, 50_000)

    account = bank_accounts.enter(bids[0].organisation, "Firm 1", "000000", "00000001", region.applicants[0])
    bank_accounts.verify(account, region.finance[0])
    bank_accounts.verify(account, region.finance[1])
    run = payments.prepare([claim], region.finance[2])
    payments.approve(run, region.finance[3])
    assert payments.export(run, region.finance[2]).count(b"\r\n") == 2
    payments.confirm(run, {f"R1-{claim.id}": "paid"}, paid_on, region.finance[2])
    outbox.work_off()

    assert claim.state == "paid"
    assert ledger.balances(award_id=award.id) == {
        "available": -5_000_000,
        "committed": 0,
        "contracted": 4_500_000,
        "payable": 0,
        "retained": 50_000,
        "in_transit": 0,
        "paid": 450_000,
    }
    totals = dict(
        db.session.execute(select(RdEntry.measure, func.sum(RdEntry.pence)).group_by(RdEntry.measure)).all()
    )
    assert totals == {"committed": 8_000_000, "contracted": 8_000_000, "defrayed": 800_001}
    assert nothing_found()


def test_an_investment_waits_for_the_delegate_and_the_call_in(app_context: Flask) -> None:
    region = made.invent_region()
    call = made.open_round(region, made.install(region, "lcr_ventures"), number=1)
    bids = [made.apply(region, call, number, pence=10_000_000) for number in (1, 2)]
    made.pass_time(days=31)
    made.assess(region, call, bids, [5, 4])
    meetings.decided(region, call, bids, ["approve", "approve"])
    assert [bid.state for bid in bids] == ["awaiting_decision", "awaiting_decision"]

    decisions.decide(bids[0], "In line with the board.", region.decider)
    decisions.decline(bids[1], "Not at this price.", region.decider)
    assert [bid.state for bid in bids] == ["decided", "declined"]
    assert approvals.approve_due() == 0
    made.pass_time(days=14)
    assert approvals.approve_due() == 1
    assert bids[0].state == "approved"

    award = db.session.scalars(select(Award)).one()
    awards.confirm_subsidy(award, [], region.applicants[0])
    outbox.work_off()
    awards.release_offer(award, region.second_officer)
    awards.accept(award, "Applicant 1", region.applicants[0])
    outbox.work_off()
    assert award.instrument == "equity"
    assert nothing_found()
    assert (
        letters.open_pdf(db.session.scalars(select(Letter).order_by(Letter.id).limit(1)).one())[:5]
        == b"%PDF-"
    )
