"""The ends of an award: what each gives back, what its plan comes down to, what stops it, who is told."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp import ledger
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.funds import RoundBudget
from fundapp.models.letters import Letter
from fundapp.models.messages import Message
from fundapp.models.outbox import OutboxRow
from fundapp.models.rd_entries import RdEntry
from fundapp.queries import outcomes, register
from fundapp.services import award_endings, awards, claims, letters, verification
from tests.factories import awards as factory
from tests.factories import outbox
from tests.factories import region as made
from tests.factories.awards import At
from tests.factories.region import Region
from tests.stages import Stages
from workflows.machine import Blocked

pytestmark = pytest.mark.usefixtures("app_context")

AMOUNT = 5_000_000
COST = 1_000_000
PAID, KEPT = 450_000, 50_000
DONE = 800_000


@pytest.fixture
def at(app_context: Flask, stages: Stages) -> At:
    return partial(factory.reached, stages)


def refusal(*codes: str) -> pytest.RaisesExc[Blocked]:
    return pytest.RaisesExc(
        Blocked, check=lambda blocked: tuple(each.code for each in blocked.blockers) == codes
    )


def balances(award: Award) -> dict[str, int]:
    found = ledger.balances(award_id=award.id)
    return {account: pence for account, pence in found.items() if pence and account != "available"}


def committed(award: Award) -> int:
    wanted = select(func.sum(RoundBudget.committed_pence)).where(
        RoundBudget.round_id == award.application.round_id
    )
    return int(db.session.scalars(wanted).one())


def rd_totals() -> dict[str, int]:
    rows = db.session.execute(select(RdEntry.measure, func.sum(RdEntry.pence)).group_by(RdEntry.measure))
    return {measure: int(pence) for measure, pence in rows}


def rd_places(measure: str) -> dict[tuple[object, ...], int]:
    """The measure by place, places that come to nothing left out."""
    place = (RdEntry.source_of_funds, RdEntry.authority, RdEntry.rd_type, RdEntry.quarter_starts_on)
    rows = db.session.execute(
        select(*place, func.sum(RdEntry.pence)).where(RdEntry.measure == measure).group_by(*place)
    )
    return {tuple(row[:-1]): int(row[-1]) for row in rows if row[-1]}


def everything_holds() -> None:
    for proof in (verification.verify_events, verification.verify_ledger, verification.verify_rd):
        assert [str(finding) for finding in proof()] == []


def part_paid(region: Region, award: Award) -> None:
    """One bill of £10,000 approved and paid, but for what is kept back."""
    factory.may_be_paid(region, award, region.applicants[0])
    claim = factory.approved_claim(region, award, region.applicants[0], 1, COST)
    outbox.work_off()
    factory.paid(region, [claim])
    assert (claim.payable_pence, claim.retained_pence, claim.state) == (PAID, KEPT, "paid")


def test_a_completed_award_keeps_what_was_paid_and_plans_what_was_done(at: At) -> None:
    region, (award,) = at(factory.one_live)
    part_paid(region, award)
    released = claims.release_retention(award, region.finance[1])
    outbox.work_off()
    assert balances(award) == {"contracted": AMOUNT - PAID - KEPT, "payable": KEPT, "paid": PAID}
    factory.paid(region, [released])
    award_endings.complete(award, region.officer)
    outbox.work_off()
    assert award.state == "completed"
    assert balances(award) == {"paid": PAID + KEPT}
    assert committed(award) == PAID + KEPT
    assert rd_totals() == {"committed": DONE, "contracted": DONE, "defrayed": DONE}
    assert rd_places("committed") == rd_places("contracted") == rd_places("defrayed")
    letter = db.session.scalars(select(Letter).where(Letter.kind == "completion")).one()
    assert letter.facts is not None
    said = letter.facts.body
    assert (said["paid_pence"], said["not_claimed_pence"], said["cost_pence"]) == (
        PAID + KEPT,
        AMOUNT - PAID - KEPT,
        COST,
    )
    everything_holds()


def test_an_award_is_complete_when_everything_is_settled_and_not_before(at: At) -> None:
    region, (award,) = at(factory.one_live)
    with refusal("gap"):
        award_endings.complete(award, region.officer)
    part_paid(region, award)
    with pytest.raises(Blocked, match="£500 is kept back until the final report is accepted"):
        award_endings.complete(award, region.officer)
    second = factory.approved_claim(region, award, region.applicants[0], 2, COST)
    with refusal("claims_open", "gap"):
        award_endings.complete(award, region.officer)
    with pytest.raises(Blocked, match="Claims made are not yet paid or rejected"):
        claims.release_retention(award, region.finance[1])
    outbox.work_off()
    factory.paid(region, [second])
    claims.submit(factory.claims_of(award)[2], [factory.cost(award, COST, 3)], region.applicants[0])
    claims.query(factory.claims_of(award)[2], "Which invoice?", region.finance[0])
    with pytest.raises(Blocked, match="Claim 3 waits for the organisation’s answer"):
        award_endings.complete(award, region.officer)
    assert (award.state, committed(award)) == ("live", AMOUNT)


def test_who_checked_a_claim_does_not_release_what_was_kept_of_it(at: At) -> None:
    region, (award,) = at(factory.one_live)
    part_paid(region, award)
    with refusal("same_person"):
        claims.release_retention(award, region.finance[0])
    claims.release_retention(award, region.finance[1])
    with pytest.raises(Blocked):
        claims.release_retention(award, region.finance[1])
    assert claims.kept_back(award.id) == 0


def test_a_terminated_award_gives_back_what_was_kept_and_its_letter_says_why(at: At) -> None:
    region, (award,) = at(factory.one_live)
    part_paid(region, award)
    with refusal("reason_missing"):
        award_endings.terminate(award, " ", region.decider)
    with refusal("not_permitted"):
        award_endings.terminate(award, "It was sold.", region.officer)
    award_endings.terminate(award, "The firm was sold abroad.", region.decider)
    outbox.work_off()
    assert balances(award) == {"paid": PAID}
    assert committed(award) == PAID
    assert rd_totals() == {"committed": DONE, "contracted": DONE, "defrayed": DONE}
    letter = db.session.scalars(select(Letter).where(Letter.kind == "termination")).one()
    assert letter.facts is not None
    assert (letter.facts.body["reason"], letter.facts.body["paid_pence"]) == (
        "The firm was sold abroad.",
        PAID,
    )
    letters.release(letter, region.second_officer)
    told = db.session.scalars(select(Message.subject).where(Message.subject.contains("has ended"))).all()
    assert len(told) == 1 + len(region.finance)
    with pytest.raises(Blocked, match="The award has ended"):
        claims.submit(factory.claims_of(award)[1], [factory.cost(award, COST, 2)], region.applicants[0])
    everything_holds()


def test_an_accepted_award_withdrawn_leaves_nothing_behind(at: At) -> None:
    region, (award,) = at(factory.one_accepted)
    award_endings.withdraw(award, "The firm no longer needs it.", region.officer)
    outbox.work_off()
    assert (award.state, balances(award), committed(award)) == ("withdrawn", {}, 0)
    assert rd_totals() == {"committed": 0, "contracted": 0}
    assert outcomes.why_ended(award) == "The firm no longer needs it."
    assert [row.state for row in register.every(register.Wanted(is_public=True))] == ["withdrawn"]
    everything_holds()


def test_an_organisation_steps_back_before_its_offer(at: At) -> None:
    region, (award,) = at(factory.one_approved)
    made.pass_time(days=60)
    awards.confirm_subsidy(award, [], region.applicants[0])
    outbox.work_off()
    with refusal("not_permitted"):
        award_endings.step_back(award, region.officer)
    award_endings.step_back(award, region.applicants[0])
    outbox.work_off()
    assert (award.state, award.application.state) == ("withdrawn", "withdrawn")
    assert (balances(award), committed(award), rd_totals()) == ({}, 0, {"committed": 0})
    offer = db.session.scalars(select(Letter)).one()
    with refusal("award_ended"):
        letters.release(offer, region.second_officer)
    assert list(register.every(register.Wanted(is_public=True))) == []
    everything_holds()


def test_an_award_withdrawn_before_its_offer_goes_back_whole(at: At) -> None:
    region, (award,) = at(factory.one_approved)
    award_endings.withdraw(award, "A fact was wrong.", region.officer)
    outbox.work_off()
    assert (award.state, balances(award), committed(award)) == ("withdrawn", {}, 0)
    everything_holds()


def test_whoever_completed_an_award_does_not_release_its_letter(at: At) -> None:
    region, (award,) = at(factory.one_live)
    factory.may_be_paid(region, award, region.applicants[0])
    award_endings.complete(award, region.second_officer)
    outbox.work_off()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "completion")).one()
    with refusal("same_person"):
        letters.release(letter, region.second_officer)
    assert rd_totals() == {"committed": 0, "contracted": 0}


def test_the_end_worked_off_before_its_claim_comes_to_the_same(at: At) -> None:
    region, (award,) = at(factory.one_live)
    factory.may_be_paid(region, award, region.applicants[0])
    claim = factory.approved_claim(region, award, region.applicants[0], 1, COST)
    outbox.work_off(leaving="feed_rd_total")
    factory.paid(region, [claim], leaving="feed_rd_total")
    award_endings.terminate(award, "It was sold.", region.decider)
    waiting = db.session.scalars(
        select(OutboxRow.id).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id.desc())
    ).all()
    db.session.rollback()
    assert len(waiting) > 2
    outbox.work_off()
    assert rd_totals() == {"committed": DONE, "contracted": DONE, "defrayed": DONE}
    everything_holds()
