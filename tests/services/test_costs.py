"""Costs of a bid as the office keeps them: saved by version, summed anew, partners in and out, frozen."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.access import held_by, part_in
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.people import Person
from fundapp.queries import bids as queries
from fundapp.services import bids, costs, partners, submissions, teams
from fundapp.services.accounts import SignedIn
from fundapp.services.links import SpentLink
from fundapp.services.stale import StaleError
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import costs as sheets
from tests.factories import people, rounds
from tests.services.test_teams import FREYA, HERE, link_to
from tests.stages import Stages
from workflows.actors import Permission
from workflows.machine import Blocked
from workflows.rules.cost_sheets import Line, Match, Sheet
from workflows.team import Part

PARTNER = "Wavewright Ltd"
WORK = Sheet(
    lines=(Line("other", "Trials", {"pence": 40_000_00}, 5_000),),
    match=(Match("Wavewright", 40_000_00),),
    place="E08000012",
)


@pytest.fixture
def lead(app_context: Flask, stages: Stages) -> Person:
    return db.session.get_one(Person, stages.copied("complete_draft", factory.lead_of_complete_draft))


@pytest.fixture
def bid(lead: Person) -> Application:
    return db.session.scalars(select(Application)).one()


def joins(bid: Application, email: str = FREYA) -> tuple[Person, SignedIn]:
    partners.ask_in(bid, PARTNER, email, bid.lead)
    person = people.applicant("Freya Holm", email)
    return person, teams.join(link_to(email), HERE)


def save(bid: Application, number: int, sheet: Sheet, version: int, actor: Person) -> int:
    share = costs.share_of(bid, number)
    assert share is not None
    return costs.save(share, sheet, version, actor).version


def test_a_save_sums_the_bid_anew_and_the_same_again_changes_nothing(bid: Application, lead: Person) -> None:
    sheet = Sheet(
        lines=(
            Line("people", "Engineer", {"annual": 46_400_00, "days": "300"}, 10_000, "applied"),
            Line("travel", "Docks", {"count": 8, "each": 180_00}, 0),
        ),
        match=(Match("Us", 30_720_00),),
    )
    assert save(bid, 0, sheet, 1, lead) == 2
    assert save(bid, 0, sheet, 1, lead) == 2
    assert bids.money_of(bid) == bids.Money(61_440_00, 30_720_00, 30_720_00, 9_766, "applied")
    with pytest.raises(StaleError) as stale:
        save(bid, 0, replace(sheet, asks_pence=1), 1, lead)
    assert (stale.value.version, stale.value.theirs["asks_pence"]) == (2, None)


def test_a_partner_says_where_it_works_and_a_lead_works_where_its_organisation_does(
    bid: Application, lead: Person
) -> None:
    freya, _ = joins(bid)
    before = bids.money_of(bid)
    save(bid, 1, replace(WORK, place="uk"), 0, freya)
    money = bids.money_of(bid)
    assert money.total_cost_pence == before.total_cost_pence + 40_000_00
    assert money.rd_share_bp * money.total_cost_pence // 10_000 <= before.total_cost_pence
    away = costs.stated_of(bid)[0].sheet
    save(bid, 0, replace(away, place="abroad", match=()), 1, lead)
    assert [each.sheet.place for each in costs.stated_of(bid)] == [None, "uk"]


def test_only_who_keeps_the_money_writes_it_and_only_while_it_may_be_written(
    bid: Application, lead: Person
) -> None:
    teams.invite(bid, FREYA, Part.READER, lead)
    reader = people.applicant("Freya Holm", FREYA)
    teams.join(link_to(FREYA), HERE)
    for actor in (reader, people.applicant("Somebody Else", "else@gmail.com")):
        with pytest.raises(Blocked):
            save(bid, 0, WORK, 1, actor)
    factory.send_in(bid, lead)
    with pytest.raises(Blocked):
        save(bid, 0, WORK, 1, lead)


def test_a_partner_enters_its_own_costs_and_has_nothing_else(bid: Application, lead: Person) -> None:
    freya, _ = joins(bid)
    assert part_in(freya, bid) is Part.PARTNER
    assert Permission.BID_FOLLOW not in held_by(freya, bid)
    assert queries.of_person(freya.id)[0] == []
    assert [share.name for share in queries.partner_shares(freya.id)] == [PARTNER]
    partners.ask_in(bid, "Another Ltd", "other@gmail.com", lead)
    own, others = (costs.share_of(bid, number) for number in (1, 2))
    assert Permission.BID_COSTS in held_by(freya, own)
    assert Permission.BID_COSTS not in held_by(freya, others) | held_by(freya, costs.share_of(bid, 0))
    assert save(bid, 1, WORK, 0, freya) == 1
    for number in (0, 2):
        with pytest.raises(Blocked):
            save(bid, number, WORK, 0, freya)
    assert bids.money_of(bid) == bids.Money(158_400_00, 59_200_00, 99_200_00, 7_990)


def test_a_partner_taken_out_counts_no_more_and_its_people_are_out(bid: Application, lead: Person) -> None:
    freya, _ = joins(bid)
    save(bid, 1, WORK, 0, freya)
    partners.ask_in(bid, PARTNER, "second@gmail.com", lead)
    partners.remove(bid, 1, lead)
    assert bids.money_of(bid) == sheets.MONEY
    assert part_in(freya, bid) is None
    with pytest.raises(SpentLink):
        teams.join(link_to("second@gmail.com"), HERE, name="Second Person", password="tidal gantry pelican")
    with pytest.raises(Blocked):
        partners.remove(bid, 1, lead)
    partners.ask_in(bid, PARTNER, FREYA, lead)
    assert [each.number for each in costs.shares_of(bid)] == [0, 2]


def test_only_the_lead_of_a_draft_asks_partners_in(bid: Application, lead: Person) -> None:
    freya, _ = joins(bid)
    for verb in (
        lambda: partners.ask_in(bid, "Third Ltd", "third@gmail.com", freya),
        lambda: partners.remove(bid, 1, freya),
        lambda: teams.change_part(bid, freya.id, Part.WRITER, lead),
        lambda: teams.offer_lead(bid, freya.id, lead),
    ):
        with pytest.raises(Blocked):
            verb()
    for number in range(2, partners.MOST + 1):
        partners.ask_in(bid, f"Firm {number}", f"firm{number}@gmail.com", lead)
    with pytest.raises(Blocked) as refused:
        partners.ask_in(bid, "One more", "more@gmail.com", lead)
    assert [each.code for each in refused.value.blockers] == ["too_many_partners"]


def test_a_bid_whose_partner_has_not_finished_is_not_sent_in(bid: Application, lead: Person) -> None:
    joins(bid)
    with pytest.raises(Blocked) as refused:
        factory.send_in(bid, lead)
    assert f"{PARTNER} has not entered its costs yet." in refused.value.blockers[0].reason


def test_what_was_sent_in_holds_every_line_and_comes_back_when_it_goes_forward(
    bid: Application, lead: Person
) -> None:
    freya, _ = joins(bid)
    save(bid, 1, WORK, 0, freya)
    sent = factory.send_in(bid, lead)
    assert [(each["name"], each["costs_pence"], each["amounts_pence"]) for each in sent.content["costs"]] == [
        (bid.organisation.name, 118_400_00, [118_400_00]),
        (PARTNER, 40_000_00, [40_000_00]),
    ]
    money = bids.money_of(bid)
    submissions.reopen(bid, lead)
    save(bid, 1, replace(WORK, match=()), 1, freya)
    partners.remove(bid, 1, lead)
    assert bids.money_of(bid) != money
    rounds.move_to(rounds.CLOSES)
    with transaction():
        submissions.carry_forward(rounds.CLOSES)
    db.session.expire_all()
    assert bids.money_of(bid) == money
    assert [each.sheet for each in costs.stated_of(bid)] == [
        each.sheet for each in costs.stated_in(sent.content)
    ]
