"""Bids are begun once, numbered in order, and never overwritten without a word."""

from dataclasses import replace

import pytest
from flask import Flask

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.organisations import Membership
from fundapp.models.people import Person
from fundapp.services import bids, organisations
from fundapp.services.organisations import Details, Place
from fundapp.services.stale import StaleError
from tests.factories import bids as factory
from tests.factories import people, rounds
from workflows.machine import Blocked


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.open_round(people.officer())


@pytest.fixture
def applicant(app_context: Flask) -> Person:
    return people.applicant()


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def test_bids_of_a_round_are_numbered_in_order(call: Round, applicant: Person) -> None:
    firm = factory.firm(applicant)
    references = [factory.draft(call, applicant, firm, title).reference for title in ("One", "Two", "Three")]
    assert references == ["FIF7-0001", "FIF7-0002", "FIF7-0003"]
    assert db.session.query(Event.action).filter_by(case_kind="application").all() == [("open",)] * 3


def test_starting_twice_finds_the_first_draft(call: Round, applicant: Person) -> None:
    firm = factory.firm(applicant)
    first, second = factory.draft(call, applicant, firm), factory.draft(call, applicant, firm)
    assert (first.id, db.session.query(Application).count()) == (second.id, 1)


def test_nobody_starts_a_bid_before_the_round_opens_or_after_it_closes(app_context: Flask) -> None:
    rounds.begin_demo()
    call, applicant = rounds.published_round(people.officer()), people.applicant()
    firm = factory.firm(applicant)
    with pytest.raises(Blocked) as early:
        factory.draft(call, applicant, firm)
    rounds.move_to(rounds.CLOSES)
    with pytest.raises(Blocked) as late:
        factory.draft(call, applicant, firm)
    assert (codes(early), codes(late)) == (["round_not_open_yet"], ["round_closed"])


def test_only_its_own_people_start_a_bid_for_an_organisation(call: Round, applicant: Person) -> None:
    firm = factory.firm(applicant)
    with pytest.raises(Blocked) as refused:
        factory.draft(call, people.applicant("Nosy Parker", "nosy@rival.example"), firm)
    assert codes(refused) == ["not_permitted"]


def test_a_stale_save_of_the_project_changes_nothing_and_carries_both(call: Round, applicant: Person) -> None:
    bid = factory.draft(call, applicant, factory.firm(applicant))
    bids.save_project(bid, factory.PROJECT, 1, applicant)
    other = replace(factory.PROJECT, months=6)
    with pytest.raises(StaleError) as stale:
        bids.save_project(bid, other, 1, applicant)
    assert (stale.value.yours["months"], stale.value.theirs["months"], stale.value.version) == (6, 12, 2)
    assert (bid.months, bid.project_version) == (12, 2)


@pytest.mark.parametrize("email", ["nosy@rival.example", "nosy@gmail.com", "nosy@wrackline.example"])
def test_nobody_joins_by_typing_the_number(app_context: Flask, applicant: Person, email: str) -> None:
    factory.firm(applicant)
    with pytest.raises(organisations.HeldByOthersError):
        organisations.register(factory.FIRM, people.applicant("Nosy Parker", email))
    assert db.session.query(Membership).count() == 1


def test_an_organisation_without_a_number_is_its_founders_own(app_context: Flask, applicant: Person) -> None:
    details = Details(name="Dock Makers")
    first, again = organisations.register(details, applicant), organisations.register(details, applicant)
    other = organisations.register(details, people.applicant("B Person", "b@dock.example"))
    assert (first.id == again.id, first.id == other.id) == (True, False)


def test_a_postcode_chooses_no_district_and_a_chosen_one_stands(
    app_context: Flask, applicant: Person
) -> None:
    firm = factory.firm(applicant, replace(factory.FIRM, authority=None))
    assert (firm.name_key, firm.authority) == ("wrackline sensing ltd", None)
    organisations.update(firm, Place(firm.name, "CH41 1AA", "E08000012", "L3 1BP"), applicant)
    assert (firm.authority, firm.registered_postcode) == ("E08000012", "L3 1BP")
