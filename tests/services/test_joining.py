"""Somebody asks to act for an organisation, and its people or the office answer."""

from contextlib import suppress
from functools import partial

import pytest
from flask import Flask

from fundapp.access import part_in
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.messages import Message
from fundapp.models.organisations import Membership, MembershipRequest, Organisation
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import joining, organisations
from fundapp.services.tries import TooManyTries
from tests.at_once import at_once
from tests.factories import bids as factory
from tests.factories import people, rounds
from workflows.machine import Blocked
from workflows.team import Part


@pytest.fixture
def lead(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.applicant()


@pytest.fixture
def bid(lead: Person) -> Application:
    return factory.draft(rounds.open_round(people.officer()), lead, factory.firm(lead))


@pytest.fixture
def firm(bid: Application) -> Organisation:
    return bid.organisation


@pytest.fixture
def tomasz(app_context: Flask) -> Person:
    return people.applicant("Tomasz Bell", "tomasz@wrackline.example")


def mails() -> list[tuple[str, str]]:
    found = db.session.query(Message).order_by(Message.id)
    return [(each.to_address, each.subject) for each in found if each.case_kind == "organisation"]


def actions() -> list[str]:
    found = db.session.query(Event).filter_by(case_kind="organisation").order_by(Event.id)
    return [event.action for event in found]


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def test_who_asks_is_nobody_until_one_of_its_people_says_yes(
    firm: Organisation, bid: Application, lead: Person, tomasz: Person
) -> None:
    with pytest.raises(organisations.HeldByOthersError) as held:
        organisations.register(factory.FIRM, tomasz)
    request = joining.ask(held.value.organisation, tomasz)
    assert joining.ask(firm, tomasz).id == request.id
    assert part_in(tomasz, bid) is None
    assert mails() == [
        ("marguerite@wrackline.example", "Tomasz Bell asks to act for Wrackline Sensing Ltd"),
        (people_of_the_office(), "Tomasz Bell asks to act for Wrackline Sensing Ltd"),
    ]
    joining.answer(request, lead, lets_in=True)
    assert part_in(tomasz, bid) is Part.WRITER
    assert organisations.register(factory.FIRM, tomasz).id == firm.id
    assert mails()[2:] == [("tomasz@wrackline.example", "You act for Wrackline Sensing Ltd now")]
    assert actions()[-3:] == ["ask_to_join", "let_in", "join"]


def people_of_the_office() -> str:
    return db.session.query(Person.email).filter_by(name="Priya Lund").scalar() or ""


def test_of_two_who_file_a_company_together_one_is_in_and_the_other_asks(
    app_context: Flask, lead: Person, tomasz: Person
) -> None:
    def file_it(person_id: int) -> str:
        who = db.session.get_one(Person, person_id)
        try:
            organisations.register(factory.FIRM, who)
        except organisations.HeldByOthersError as held:
            joining.ask(held.organisation, who)
            return "asks"
        return "in"

    both = [lead.id, tomasz.id]
    db.session.rollback()
    outcomes = at_once(app_context, *(partial(file_it, person_id) for person_id in both))
    assert sorted(outcomes) == ["asks", "in"]
    firm = db.session.query(Organisation).one()
    member = db.session.query(Membership).one()
    request = db.session.query(MembershipRequest).one()
    assert (member.organisation_id, request.organisation_id) == (firm.id, firm.id)
    assert sorted([member.person_id, request.person_id]) == both


def test_who_is_not_let_in_stays_outside_and_is_told(
    firm: Organisation, bid: Application, lead: Person, tomasz: Person
) -> None:
    request = joining.ask(firm, tomasz)
    joining.answer(request, lead, lets_in=False)
    assert part_in(tomasz, bid) is None
    assert mails()[-1] == ("tomasz@wrackline.example", "You were not let in to Wrackline Sensing Ltd")
    with pytest.raises(Blocked) as refused:
        joining.answer(request, lead, lets_in=True)
    assert codes(refused) == ["answered_already"]
    assert (queries.acting_and_asking(firm.id)[1], joining.ask(firm, tomasz).id > request.id) == ([], True)


def test_the_office_answers_where_its_people_do_not_and_strangers_never(
    firm: Organisation, bid: Application, tomasz: Person
) -> None:
    request = joining.ask(firm, tomasz)
    for stranger in (tomasz, people.applicant("Nosy Parker", "nosy@rival.example")):
        with pytest.raises(Blocked) as refused:
            joining.answer(request, stranger, lets_in=True)
        assert codes(refused) == ["not_permitted"]
    joining.answer(request, people.officer("Una Other"), lets_in=True)
    assert part_in(tomasz, bid) is Part.WRITER


def test_who_acts_and_who_asks_are_listed_apart_the_first_first(
    firm: Organisation, lead: Person, tomasz: Person
) -> None:
    gone, later = (
        people.applicant("Bo", "bo@wrackline.example"),
        people.applicant("Ada", "ada@wrackline.example"),
    )
    for each in (gone, later):
        people.join(firm, each)
    gone.is_active = False
    for asks in (tomasz, people.applicant("Cy", "cy@wrackline.example")):
        joining.ask(firm, asks)
    other = people.applicant("Nosy Parker", "nosy@rival.example")
    joining.ask(
        factory.firm(other, organisations.Details(name="Rival Ltd", company_number="ZZ000149")), tomasz
    )
    acting, asking = queries.acting_and_asking(firm.id)
    assert [each.person.name for each in acting] == ["Marguerite Osei", "Ada"]
    assert [each.person.name for each in asking] == ["Tomasz Bell", "Cy"]


def test_whoever_acts_for_it_asks_nobody_and_nobody_asks_without_end(
    firm: Organisation, lead: Person, tomasz: Person
) -> None:
    with pytest.raises(Blocked) as refused:
        joining.ask(firm, lead)
    assert codes(refused) == ["there_already"]
    asked = 0
    with suppress(TooManyTries):
        while asked < 2 * joining.MOST_IN_AN_HOUR:
            joining.answer(joining.ask(firm, tomasz), lead, lets_in=False)
            asked += 1
    assert 0 < asked < 2 * joining.MOST_IN_AN_HOUR
    assert db.session.query(MembershipRequest).filter_by(let_in=False).count() == asked
