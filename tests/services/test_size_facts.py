"""An organisation's size is kept year by year: the latest of each year counts, and everything said stays."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from fundapp import chain
from fundapp.extensions import db
from fundapp.models.events import Event
from fundapp.models.organisations import Organisation, SizeFacts
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import organisations, size_facts
from fundapp.services.organisations import Details
from fundapp.services.size_facts import Said
from tests.factories import bids as factory
from tests.factories import people, rounds
from workflows.machine import Blocked

YEAR = date(2026, 3, 31)
BEFORE = date(2025, 3, 31)
SAID = Said(14, 90_000_000, 20_000_000, YEAR)


@pytest.fixture
def applicant(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.applicant()


@pytest.fixture
def firm(applicant: Person) -> Organisation:
    return factory.firm(applicant)


def figures(firm: Organisation) -> tuple[object, ...]:
    db.session.refresh(firm)
    return firm.year_ended_on, firm.staff_count, firm.turnover_pence, firm.gross_assets_pence


def years(firm: Organisation) -> list[tuple[date | None, int | None]]:
    return [(facts.year_ended_on, facts.staff_count) for facts in queries.sizes_of(firm.id)]


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def test_what_a_firm_registers_with_counts_until_it_names_a_year(
    firm: Organisation, applicant: Person
) -> None:
    assert (years(firm), figures(firm)) == ([(None, 14)], (None, 14, 90_000_000, 20_000_000))
    size_facts.state(firm, replace(SAID, staff_count=15), applicant)
    assert (years(firm), figures(firm)) == ([(YEAR, 15)], (YEAR, 15, 90_000_000, 20_000_000))
    nameless = organisations.register(Details(name="Dock Makers"), applicant)
    assert years(nameless) == []


def test_the_latest_year_is_the_organisations_whichever_was_said_last(
    firm: Organisation, applicant: Person
) -> None:
    size_facts.state(firm, SAID, applicant)
    size_facts.state(firm, replace(SAID, year_ended_on=BEFORE, staff_count=9), applicant)
    assert (years(firm), figures(firm)[:2]) == ([(YEAR, 14), (BEFORE, 9)], (YEAR, 14))
    size_facts.state(firm, replace(SAID, staff_count=12, months=9), applicant)
    assert (years(firm), figures(firm)[:2]) == ([(YEAR, 12), (BEFORE, 9)], (YEAR, 12))
    size_facts.take_back(firm, YEAR, applicant)
    assert (years(firm), figures(firm)[:2]) == ([(BEFORE, 9)], (BEFORE, 9))
    size_facts.take_back(firm, BEFORE, applicant)
    assert figures(firm)[:2] == (None, 14)
    assert db.session.query(SizeFacts).count() == 6
    said = [
        event.action for event in db.session.query(Event).filter(Event.action.like("%size")).order_by("id")
    ]
    assert said == ["state_size"] * 3 + ["take_back_size"] * 2
    assert list(chain.verify()) == []


def test_the_same_said_twice_is_one_row(firm: Organisation, applicant: Person) -> None:
    first, again = (size_facts.state(firm, SAID, applicant) for _ in range(2))
    assert first.id == again.id


def test_a_year_must_be_over_and_no_accounts_means_none(firm: Organisation, applicant: Person) -> None:
    with pytest.raises(Blocked) as early:
        size_facts.state(firm, replace(SAID, year_ended_on=date(2026, 10, 27)), applicant)
    size_facts.state(firm, Said(2, 0, 100, no_accounts=True), applicant)
    assert figures(firm) == (None, 2, 0, 100)
    size_facts.state(firm, replace(SAID, year_ended_on=date(2026, 10, 26)), applicant)
    with pytest.raises(Blocked) as has_some:
        size_facts.state(firm, Said(2, 0, 100, no_accounts=True), applicant)
    with pytest.raises(Blocked) as unknown:
        size_facts.take_back(firm, BEFORE, applicant)
    assert [codes(each) for each in (early, has_some, unknown)] == [
        ["year_to_come"],
        ["has_accounts"],
        ["figures_changed"],
    ]


def test_only_its_own_people_say_how_large_it_is(firm: Organisation) -> None:
    stranger = people.applicant("Nosy Parker", "nosy@rival.example")
    for press in (
        lambda: size_facts.state(firm, SAID, stranger),
        lambda: size_facts.take_back(firm, YEAR, stranger),
    ):
        with pytest.raises(Blocked) as refused:
            press()
        assert codes(refused) == ["not_permitted"]


def test_an_officer_compares_with_what_was_filed_and_a_change_is_unchecked_again(
    firm: Organisation, applicant: Person
) -> None:
    officer = people.officer()
    said = size_facts.state(firm, SAID, applicant)
    checked = size_facts.verify(firm, said.id, officer)
    assert (checked.verified, checked.source, checked.said_by_id) == (True, "companies_house", officer.id)
    assert size_facts.state(firm, SAID, applicant).id == size_facts.verify(firm, checked.id, officer).id
    changed = size_facts.state(firm, replace(SAID, staff_count=99), applicant)
    assert (changed.verified, changed.source) == (False, "stated")
    for gone in (said.id, checked.id, 999_999):
        with pytest.raises(Blocked) as refused:
            size_facts.verify(firm, gone, officer)
        assert codes(refused) == ["figures_changed"]


def test_what_was_said_is_never_changed(firm: Organisation) -> None:
    facts = db.session.query(SizeFacts).one()
    facts.staff_count = 1
    with pytest.raises(DBAPIError, match=r"only ever added|permission denied"):
        db.session.flush()
    db.session.rollback()
