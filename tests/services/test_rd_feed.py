"""The R&D total takes each event once, whatever is delivered again and in whatever order."""

from collections.abc import Mapping
from functools import partial
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.jobs import rd_total as jobs
from fundapp.models.outbox import OutboxRow
from fundapp.models.rd_entries import RdEntry
from fundapp.models.sums import RdSum
from fundapp.services import awards, claims, postings, rd_feed, verification
from fundapp.transaction import transaction
from tests.factories import awards as factory
from tests.factories import meetings, outbox
from tests.factories import region as made
from tests.factories.awards import At
from tests.stages import Stages

WIRRAL, LIVERPOOL = "E08000015", "E08000012"

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def at(app_context: Flask, stages: Stages) -> At:
    return partial(factory.reached, stages)


def totals() -> Mapping[str, int]:
    rows = db.session.execute(select(RdEntry.measure, func.sum(RdEntry.pence)).group_by(RdEntry.measure))
    return {measure: int(pence) for measure, pence in rows}


def by_place(measure: str) -> Mapping[str, int]:
    rows = db.session.execute(
        select(RdEntry.authority, func.sum(RdEntry.pence))
        .where(RdEntry.measure == measure)
        .group_by(RdEntry.authority)
    )
    return {authority: int(pence) for authority, pence in rows}


def kept_sums() -> Mapping[str, int]:
    rows = db.session.execute(select(RdSum.measure, func.sum(RdSum.pence)).group_by(RdSum.measure))
    return {measure: int(pence) for measure, pence in rows}


def test_replaying_the_feed_and_the_postings_changes_nothing(at: At) -> None:
    region, (award, turned_down) = at(factory.two_approved)
    made.pass_time(days=60)
    for each, lead in zip((award, turned_down), region.applicants, strict=True):
        awards.confirm_subsidy(each, [], lead)
    outbox.work_off()
    for each in (award, turned_down):
        awards.release_offer(each, region.second_officer)
    awards.accept(award, "Applicant 1", region.applicants[0])
    awards.decline(turned_down, region.applicants[1])
    awards.start(award, region.officer)
    made.pass_time(days=500)
    factory.approved_claim(region, award, region.applicants[0], 1, 1_000_001)
    outbox.work_off()
    assert totals() == {"committed": 8_000_000, "contracted": 8_000_000, "defrayed": 800_001}
    assert kept_sums() == totals()

    count = db.session.scalar(select(func.count()).select_from(RdEntry))
    promised = [
        (row.kind, dict(row.payload))
        for row in db.session.scalars(select(OutboxRow))
        if row.kind in {"feed_rd_total", "post_ledger"}
    ]
    db.session.rollback()
    assert {kind for kind, _ in promised} == {"feed_rd_total", "post_ledger"}
    for kind, payload in Random(4).sample(promised * 2, 2 * len(promised)):
        with transaction():
            {"feed_rd_total": rd_feed.fulfil, "post_ledger": postings.fulfil}[kind](payload)
    assert db.session.scalar(select(func.count()).select_from(RdEntry)) == count
    assert kept_sums() == totals() == {"committed": 8_000_000, "contracted": 8_000_000, "defrayed": 800_001}


def test_work_that_is_bought_in_counts_where_it_is_done_and_only_in_the_region(at: At) -> None:
    region, (award,) = at(factory.one_that_buys_in)
    assert (award.application.rd_share_bp, award.eligible_cost_pence) == (7_400, 10_000_000)
    assert by_place("contracted") == {WIRRAL: 6_400_000, LIVERPOOL: 1_000_000}
    claim = factory.claims_of(award)[0]
    lines = [
        factory.cost(award, 1_000_001),
        factory.cost(award, 900_000, 2, category="subcontract", rd_share_bp=10_000),
    ]
    claims.submit(claim, lines, region.applicants[0])
    claims.check(claim, {}, region.finance[0])
    claims.approve(claim, region.finance[1])
    outbox.work_off()
    assert by_place("defrayed") == {WIRRAL: 800_001, LIVERPOOL: 450_000}
    assert [str(finding) for finding in verification.verify_rd()] == []


def test_an_offer_that_lapses_leaves_the_total_as_it_found_it(at: At) -> None:
    region, (award,) = at(factory.one_approved)
    assert totals() == {"committed": 8_000_000}
    made.pass_time(days=60)
    awards.confirm_subsidy(award, [], region.applicants[0])
    outbox.work_off()
    awards.release_offer(award, region.second_officer)
    made.pass_time(days=90)
    with transaction():
        awards.lapse_by_clock(clock.now())
    outbox.work_off()
    assert award.state == "lapsed"
    assert totals() == {"committed": 0}
    assert kept_sums() == {"committed": 0}


def test_rows_worked_off_backwards_come_to_the_same(app_context: Flask) -> None:
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bids = meetings.assessed(region, call, [5, 5])
    meetings.decided(region, call, bids, ["approve", "approve"])
    kept, turned_down = factory.every_award()
    made.pass_time(days=60)
    for award, lead in zip((kept, turned_down), region.applicants, strict=True):
        awards.confirm_subsidy(award, [], lead)
    outbox.work_off(leaving="feed_rd_total")
    for award in (kept, turned_down):
        awards.release_offer(award, region.second_officer)
    awards.accept(kept, "Applicant 1", region.applicants[0])
    awards.decline(turned_down, region.applicants[1])
    outbox.work_off(leaving="feed_rd_total")
    waiting = db.session.scalars(
        select(OutboxRow.id).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id.desc())
    ).all()
    db.session.rollback()
    assert len(waiting) == 4
    assert [jobs.feed(row_id) for row_id in waiting] == ["done", "skipped", "skipped", "skipped"]
    assert totals() == kept_sums() == {"committed": 8_000_000, "contracted": 8_000_000}
    assert [str(finding) for finding in verification.verify_rd()] == []
