import pytest
from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.events import Event
from fundapp.models.outbox import OutboxRow
from fundapp.services import triage
from tests.factories import reading
from tests.factories import region as made
from tests.factories.reading import Staged
from workflows.machine import Blocked

pytestmark = pytest.mark.usefixtures("app_context")


def test_no_bid_is_taken_up_while_the_round_is_open() -> None:
    region = made.invent_region()
    call = made.open_round(region, made.install(region))
    bid = made.apply(region, call, 1)
    with pytest.raises(Blocked, match="The round is open until"):
        triage.take_up(bid, region.officer)
    assert triage.take_up_all(call, region.officer) == 0
    assert bid.state == "submitted"


def test_every_waiting_bid_is_taken_up_in_one_press_and_a_second_press_finds_none(staged: Staged) -> None:
    given = staged(reading.closed_round, 3)
    assert triage.take_up_all(given.call, given.officer) == 3
    assert [bid.state for bid in given.bids] == ["in_triage"] * 3
    assert triage.take_up_all(given.call, given.officer) == 0


def test_only_the_programme_team_takes_bids_up(staged: Staged) -> None:
    given = staged(reading.closed_round)
    with pytest.raises(Blocked, match="You may not do this: take into triage"):
        triage.take_up(given.bids[0], given.region.assessors[0])
    with pytest.raises(Blocked, match="You may not do this"):
        triage.take_up(given.bids[0], given.region.applicants[0])


def test_a_bid_of_a_batch_waits_for_its_cut_off() -> None:
    region = made.invent_region()
    call = made.open_round(region, made.install(region, "lcr_ventures"), number=1)
    bid = made.apply(region, call, 1, pence=10_000_000)
    assert triage.take_up_all(call, region.officer) == 0
    with pytest.raises(Blocked, match="This batch gathers bids until"):
        triage.take_up(bid, region.officer)
    made.pass_time(days=31)
    assert triage.take_up_all(call, region.officer) == 1


def test_a_bid_passes_only_with_every_check_answered_and_met(staged: Staged) -> None:
    given = staged(reading.in_triage)
    bid = given.bids[0]
    with pytest.raises(Blocked, match="Not yet checked: it is not known whether it is in an insolvency"):
        triage.accept(bid, given.officer)
    with pytest.raises(Blocked, match="Not met"):
        triage.accept(bid, given.officer, findings=reading.all_met(bid) | {"solvent": False})
    triage.accept(bid, given.officer, findings=reading.all_met(bid))
    assert bid.state == "in_assessment"
    assert _last_event(bid.id).facts == {
        "checks": {"place": True, "size": True, "legal_form": True, "solvent": True},
        "found": [],
    }


def test_bids_pass_together_and_those_that_fail_a_check_stay(staged: Staged) -> None:
    given = staged(reading.in_triage, 2)
    with db.session.begin_nested():
        given.bids[1].organisation.authority = None
    assert triage.accept_all(given.bids, given.officer, findings={"solvent": True}) == 1
    assert [bid.state for bid in given.bids] == ["in_assessment", "in_triage"]


def test_a_bid_is_found_ineligible_for_a_failed_check_and_a_reason_only(staged: Staged) -> None:
    given = staged(reading.in_triage)
    bid = given.bids[0]
    findings = reading.all_met(bid)
    with pytest.raises(Blocked, match="No check has failed"):
        triage.find_ineligible(bid, given.officer, reason="It is late.", findings=findings)
    findings["place"] = False
    with pytest.raises(Blocked, match="A reason has not been given"):
        triage.find_ineligible(bid, given.officer, reason=" ", findings=findings)
    triage.find_ineligible(bid, given.officer, reason="It works elsewhere.", findings=findings)
    assert bid.state == "ineligible"
    kinds = select(OutboxRow.kind).where(OutboxRow.payload["event_id"].as_integer() == _last_event(bid.id).id)
    assert sorted(db.session.scalars(kinds)) == ["issue_letter", "notify"]


def test_the_reason_is_kept_apart_from_the_chain(staged: Staged) -> None:
    given = staged(reading.in_triage)
    bid = given.bids[0]
    findings = reading.all_met(bid) | {"place": False}
    triage.find_ineligible(bid, given.officer, reason="It works elsewhere.", findings=findings)
    assert "elsewhere" not in str(_last_event(bid.id).facts)


def _last_event(bid_id: int) -> Event:
    last = select(func.max(Event.id)).where(Event.case_kind == "application", Event.case_id == bid_id)
    return db.session.scalars(select(Event).where(Event.id == last.scalar_subquery())).one()
