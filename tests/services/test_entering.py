"""The checks made again: one lead bid at a time as a bid is sent in, the organisation before an offer."""

from dataclasses import replace
from functools import partial

import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.services import answers, awards, entering, submissions, triage
from fundapp.transaction import transaction
from tests.at_once import at_once
from tests.factories import awards as awarded
from tests.factories import bids, outbox, people, reading, rounds
from tests.factories import region as made
from tests.factories.reading import Staged
from tests.stages import Stages
from workflows.funds import ready_made
from workflows.machine import Blocked

LEADS = "It leads another bid to this fund that is not decided yet. Withdraw one of the two"


def two_drafts(actor: Person) -> tuple[Application, Application]:
    """Two complete drafts of one firm in an open round."""
    call = rounds.open_round(people.officer())
    firm = bids.firm(actor)
    return bids.complete_draft(call, actor, firm, "One"), bids.complete_draft(call, actor, firm, "Two")


def test_an_organisation_leads_one_bid_at_a_time(app_context: Flask) -> None:
    rounds.begin_demo()
    actor = people.applicant()
    first, second = two_drafts(actor)
    bids.send_in(first, actor)
    with pytest.raises(Blocked, match=LEADS):
        bids.send_in(second, actor, key="another press")
    assert second.state == "draft"
    submissions.withdraw(first, "The other one is better.", actor)
    bids.send_in(second, actor, key="a third press")
    assert second.state == "submitted"


def test_a_bid_taken_back_still_counts_until_it_is_withdrawn(app_context: Flask) -> None:
    rounds.begin_demo()
    actor = people.applicant()
    first, second = two_drafts(actor)
    bids.send_in(first, actor)
    submissions.reopen(first, actor)
    with pytest.raises(Blocked, match=LEADS):
        bids.send_in(second, actor, key="another press")
    bids.send_in(first, actor, key="a third press")
    assert first.state == "submitted"


def test_where_the_round_does_not_ask_two_bids_may_wait(app_context: Flask) -> None:
    rounds.begin_demo()
    actor = people.applicant()
    call, _ = rounds.open_rolling_round(people.officer(), (rounds.CLOSES,))
    firm = bids.firm(actor)
    assert call.rules.eligibility.one_lead_bid is False
    assert [entering.gaps(bids.draft(call, actor, firm, title), {}) for title in ("One", "Two")] == [(), ()]


def test_of_two_sent_in_together_one_gets_in(app: Flask, database: None) -> None:
    with app.app_context():
        rounds.begin_demo()
        actor = people.applicant()
        both = [bid.id for bid in two_drafts(actor)]
        actor_id = actor.id

    def press(bid_id: int) -> str:
        bid, who = db.session.get_one(Application, bid_id), db.session.get_one(Person, actor_id)
        try:
            bids.send_in(bid, who, key=f"press {bid_id}")
        except Blocked:
            return "refused"
        return "in"

    outcomes = at_once(app, *(partial(press, bid_id) for bid_id in both))
    assert sorted(outcomes) == ["in", "refused"]


@pytest.mark.parametrize(
    ("received_pence", "is_over"), [(0, False), (255_800_00, False), (255_800_01, True), (315_000_00, True)]
)
def test_what_was_received_and_is_asked_for_stay_under_the_limit(
    app_context: Flask, received_pence: int, is_over: bool
) -> None:
    """Of £315,000, a bid for £59,200 leaves £255,800 that may have been received before."""
    rounds.begin_demo()
    actor = people.applicant()
    bid = bids.complete_draft(rounds.open_round(people.officer()), actor, bids.firm(actor))
    answers.save(bid, "assistance", {"pence": received_pence}, 1, actor)
    if not is_over:
        bids.send_in(bid, actor)
        assert bid.state == "submitted"
        return
    with pytest.raises(Blocked) as refused:
        bids.send_in(bid, actor)
    (blocker,) = refused.value.blockers
    assert blocker.reason.endswith(
        " is left under the limit, and it asks for £59,200. Ask for less, or correct what was received."
    )
    assert bid.state == "draft"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("legal_form", "charity", "It is of a kind this fund does not support: charity."),
        ("legal_form", "another", "It is of a kind this fund does not support: another."),
        ("legal_form", None, "Choose the kind of organisation it is."),
        ("sector", "mining", "It works in a sector this fund does not support: mining and quarrying."),
        ("sector", None, "Choose the sector the organisation works in."),
        ("company_status", "liquidation", "It is in an insolvency, or wound up. Companies House says so."),
    ],
)
def test_what_an_organisation_is_keeps_its_bid_out_until_it_fits(
    app_context: Flask, field: str, value: str | None, reason: str
) -> None:
    rounds.begin_demo()
    actor = people.applicant()
    fund = ready_made("future_innovation_fund")
    asked = replace(fund.eligibility, sectors=("manufacturing",))
    call = rounds.open_round(people.officer(), fund=replace(fund, eligibility=asked))
    firm = bids.firm(actor, replace(bids.FIRM, sector="manufacturing"))
    bid, fitting = bids.complete_draft(call, actor, firm), getattr(firm, field)
    change(firm, **{field: value})
    with pytest.raises(Blocked) as refused:
        bids.send_in(bid, actor)
    (blocker,) = refused.value.blockers
    assert blocker.reason.startswith(reason)
    change(firm, **{field: fitting})
    bids.send_in(bid, actor, key="another press")
    assert bid.state == "submitted"


@pytest.fixture
def confirmed(app_context: Flask, stages: Stages) -> tuple[made.Region, Award]:
    """An award whose offer letter is made and waits to be let go."""
    region, (award,) = awarded.reached(stages, awarded.one_approved)
    made.pass_time(days=60)
    awards.confirm_subsidy(award, [], award.application.lead)
    outbox.work_off()
    return region, award


def test_an_organisation_that_moved_away_is_offered_nothing(confirmed: tuple[made.Region, Award]) -> None:
    region, award = confirmed
    change(award.application.organisation, authority="E08000003")
    (blocker,) = awards.release_blockers(award, region.second_officer)
    assert (blocker.code, blocker.reason) == (
        "check_failed",
        "Not met: its site lies outside the six districts.",
    )
    with pytest.raises(Blocked, match="outside the six districts"):
        awards.release_offer(award, region.second_officer)
    change(award.application.organisation, authority=made.WIRRAL)
    assert awards.release_blockers(award, region.second_officer) == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"legal_form": "charity"}, "Not met: it is of a kind this fund does not support: charity."),
        ({"company_status": "liquidation"}, "Not met: it is in an insolvency, or wound up."),
        ({"staff_count": 4_000, "turnover_pence": 90_000_000_00}, "Not met: it does not pass: two of"),
    ],
)
def test_what_an_organisation_has_become_keeps_its_offer_back(
    confirmed: tuple[made.Region, Award], changes: dict[str, str | int], reason: str
) -> None:
    region, award = confirmed
    change(award.application.organisation, **changes)
    with pytest.raises(Blocked) as refused:
        awards.release_offer(award, region.second_officer)
    (blocker,) = refused.value.blockers
    assert blocker.reason.startswith(reason)


def test_what_an_officer_found_otherwise_than_the_record_stays_found(
    staged: Staged, app_context: Flask
) -> None:
    given = staged(reading.in_triage)
    bid = given.bids[0]
    with transaction():
        bid.organisation.authority = "E08000003"
    assert entering.failed_since(bid) == ("its site lies outside the six districts",)
    triage.accept(bid, given.officer, findings=reading.all_met(bid))
    assert entering.failed_since(bid) == ()


@transaction()
def change(organisation: Organisation, **facts: str | int | None) -> None:
    for name, value in facts.items():
        setattr(organisation, name, value)


def test_the_round_says_so_beforehand(app: Flask, app_context: Flask) -> None:
    rounds.begin_demo()
    rounds.open_round(people.officer())
    assert db.session.query(Round).one().rules.eligibility.one_lead_bid is True
    page = app.test_client().get("/rounds/FIF7").text
    assert "You lead one bid to this fund at a time; you may take part in others." in page
