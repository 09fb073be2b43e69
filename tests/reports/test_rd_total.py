"""The R&D total keeps its measures apart, tells nobody of a decision too early, and always adds up."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.rd_entries import RdEntry
from fundapp.queries.finance import AwardMoney
from fundapp.reports import commitments, payments
from fundapp.reports.rd_total import MEASURES, RdTotal, rd_total
from fundapp.services import demo_clock
from tests.factories import awards as factory
from tests.factories import outbox
from tests.factories.awards import At
from tests.stages import Stages

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def at(app_context: Flask, stages: Stages) -> At:
    return partial(factory.reached, stages)


def read() -> RdTotal:
    found = rd_total()
    db.session.rollback()
    return found


def public() -> dict[str, int]:
    return {measure: read().public.of(measure) for measure in MEASURES}


def test_a_decision_counts_for_the_public_from_its_release_and_for_staff_at_once(at: At) -> None:
    _region, (award,) = at(factory.one_approved)
    release_at = award.application.decision_release_at
    assert release_at is not None
    assert public() == dict.fromkeys(MEASURES, 0)
    found = read()
    assert found.unreleased.of("committed") == found.whole["committed"] == 8_000_000
    assert list(found.public.cells()) == []

    demo_clock.move_clock(release_at - timedelta(hours=1))
    assert public()["committed"] == 0
    demo_clock.move_clock(release_at)
    assert public() == {"committed": 8_000_000, "contracted": 0, "defrayed": 0}
    assert read().unreleased.of("committed") == 0


def test_every_cut_of_the_total_adds_up_to_it(at: At) -> None:
    region, (award,) = at(factory.one_live)
    factory.approved_claim(region, award, region.applicants[0], 1, 1_000_001)
    outbox.work_off()
    total = read().public
    assert {measure: total.of(measure) for measure in MEASURES} == {
        "committed": 8_000_000, "contracted": 8_000_000, "defrayed": 800_001,
    }  # fmt: skip
    rows = db.session.execute(select(RdEntry.measure, func.sum(RdEntry.pence)).group_by(RdEntry.measure))
    assert {measure: int(pence) for measure, pence in rows} == {each: total.of(each) for each in MEASURES}
    for cut in (total.by_calendar_year(), total.by_financial_year(), total.by_district(), total.by_source()):
        sums = {measure: sum(amounts[measure] for amounts in cut.values()) for measure in MEASURES}
        assert sums == {measure: total.of(measure) for measure in MEASURES}
    assert set(total.by_district()) == {"Wirral"}
    assert total.by_source() == {
        "combined_authority": {"committed": 4_000_000, "contracted": 4_000_000, "defrayed": 400_001},
        "match": {"committed": 4_000_000, "contracted": 4_000_000, "defrayed": 400_000},
    }
    plan = total.by_calendar_year()
    assert len(plan) == 2
    assert sum(year["defrayed"] > 0 for year in plan.values()) == 1


def test_the_places_a_pound_can_be_add_up_to_the_budget(at: At) -> None:
    region, (first, _second) = at(factory.two_live)
    claim = factory.approved_claim(region, first, region.applicants[0], 1, 1_000_001)
    factory.may_be_paid(region, first, region.applicants[0])
    factory.paid(region, [claim])
    lines = commitments.by_round_and_year()
    db.session.rollback()
    for line in lines:
        inside = sum(pence for account, pence in line.money.accounts.items() if account != "funding")
        assert inside == line.money.budget
    everything = commitments.added_up(lines)
    assert everything.budget == 160_000_000
    assert (everything.awarded, everything.of("paid"), everything.of("retained")) == (
        10_000_000,
        450_000,
        50_000,
    )
    assert everything.left == 150_000_000


def test_a_bar_is_never_longer_than_its_award() -> None:
    for checking in (0, 10, 10**12):
        bar = payments.bar(1_000, 5_000, AwardMoney(300, 200, 50, checking))
        assert bar.paid + bar.approved + bar.checking + bar.left == 1_000
        assert min(bar.paid, bar.approved, bar.checking, bar.left) >= 0
