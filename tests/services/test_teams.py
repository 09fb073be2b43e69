"""The team of a bid: asked in by its lead, each in one part, the lead handed over only when both say so."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by, part_in
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.queries import bids as bid_queries
from fundapp.queries import conflicts, parts
from fundapp.queries import teams as queries
from fundapp.services import answers, bids, submissions, teams
from fundapp.services.accounts import WeakPassword
from fundapp.services.bids import Money
from fundapp.services.links import SpentLink
from fundapp.services.sessions import Browser
from fundapp.services.tries import TooManyTries
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import costs, people, rounds
from tests.stages import Stages
from workflows.actors import GRANTS, Permission, Role
from workflows.machine import Blocked
from workflows.rules.conflicts import Kind
from workflows.team import MAY, Part

HERE = Browser("192.0.2.1", "Test browser")
PASSWORD = "tidal gantry pelican"
FREYA = "freya@gmail.com"


@pytest.fixture
def lead(app_context: Flask, stages: Stages) -> Person:
    return db.session.get_one(Person, stages.copied("draft", factory.lead_of_draft))


@pytest.fixture
def bid(lead: Person) -> Application:
    return db.session.scalars(select(Application)).one()


@pytest.fixture
def freya(bid: Application) -> Person:
    """Somebody with an account and no tie to the organisation."""
    return people.applicant("Freya Gale", FREYA)


def link_to(email: str) -> str:
    """The token of the last link mailed to an address."""
    body = db.session.query(Message.body_text).filter_by(to_address=email).order_by(Message.id.desc()).first()
    found = re.search(r"/account/link/(\S+)", body[0] if body else "")
    assert found is not None, f"no link was sent to {email}"
    return found[1]


def joined(bid: Application, who: Person, part: Part) -> Person:
    teams.invite(bid, who.email, part, bid.lead)
    teams.join(link_to(who.email), HERE)
    return who


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def actions(bid: Application) -> list[str]:
    found = db.session.query(Event.action).filter_by(case_kind="application", case_id=bid.id)
    return [action for (action,) in found.order_by(Event.sequence)]


def test_somebody_with_an_account_joins_in_the_part_they_were_asked_to(
    bid: Application, freya: Person
) -> None:
    teams.invite(bid, FREYA, Part.FINANCE, bid.lead)
    assert [(each.email, each.part) for each in queries.invitations_of(bid.id)] == [(FREYA, Part.FINANCE)]
    assert part_in(freya, bid) is None
    teams.join(link_to(FREYA), HERE)
    assert part_in(freya, bid) is Part.FINANCE
    assert queries.invitations_of(bid.id) == []
    assert actions(bid) == ["open", "invite", "join_team"]


def test_an_address_without_an_account_gets_one_by_joining(bid: Application) -> None:
    teams.invite(bid, "new@gmail.com", Part.READER, bid.lead)
    with pytest.raises(WeakPassword):
        teams.join(link_to("new@gmail.com"), HERE, name="New Comer", password="password1234")
    teams.join(link_to("new@gmail.com"), HERE, name="New Comer", password=PASSWORD)
    person = db.session.query(Person).filter_by(email="new@gmail.com").one()
    assert (person.name, person.roles, part_in(person, bid)) == (
        "New Comer",
        frozenset({Role.APPLICANT}),
        Part.READER,
    )


def test_an_invitation_works_once_and_only_the_last_one_works(bid: Application, freya: Person) -> None:
    teams.invite(bid, FREYA, Part.READER, bid.lead)
    first = link_to(FREYA)
    teams.invite(bid, FREYA, Part.WRITER, bid.lead)
    second = link_to(FREYA)
    with pytest.raises(SpentLink):
        teams.join(first, HERE)
    teams.join(second, HERE)
    with pytest.raises(SpentLink):
        teams.join(second, HERE)
    assert part_in(freya, bid) is Part.WRITER


def test_an_invitation_to_another_bid_stops_none(bid: Application, freya: Person) -> None:
    other = factory.draft(bid.round, bid.lead, bid.organisation, "Another idea")
    teams.invite(bid, FREYA, Part.WRITER, bid.lead)
    first = link_to(FREYA)
    teams.invite(other, FREYA, Part.READER, bid.lead)
    teams.join(first, HERE)
    teams.join(link_to(FREYA), HERE)
    assert (part_in(freya, bid), part_in(freya, other)) == (Part.WRITER, Part.READER)


def test_a_stopped_or_late_invitation_works_no_more(bid: Application, freya: Person) -> None:
    teams.invite(bid, FREYA, Part.WRITER, bid.lead)
    (pending,) = queries.invitations_of(bid.id)
    teams.stop_invitation(bid, pending.id, bid.lead)
    with pytest.raises(SpentLink):
        teams.join(link_to(FREYA), HERE)
    teams.invite(bid, FREYA, Part.WRITER, bid.lead)
    rounds.move_to(clock.now() + timedelta(days=30))
    with pytest.raises(SpentLink):
        teams.join(link_to(FREYA), HERE)
    assert part_in(freya, bid) is None


def test_only_the_lead_says_who_takes_part(bid: Application, freya: Person) -> None:
    writer = joined(bid, freya, Part.WRITER)
    tries: tuple[Callable[[], None], ...] = (
        lambda: teams.invite(bid, "more@gmail.com", Part.WRITER, writer),
        lambda: teams.change_part(bid, writer.id, Part.READER, writer),
        lambda: teams.offer_lead(bid, writer.id, writer),
        lambda: teams.remove(bid, bid.lead_id, writer),
    )
    for refuse in tries:
        with pytest.raises(Blocked) as refused:
            refuse()
        assert codes(refused) == ["not_permitted"]


def test_nobody_is_asked_twice_and_nobody_outside_is_changed(bid: Application, freya: Person) -> None:
    stranger = people.applicant("Nosy Parker", "nosy@rival.example")
    joined(bid, freya, Part.WRITER)
    with pytest.raises(Blocked) as again:
        teams.invite(bid, FREYA, Part.READER, bid.lead)
    with pytest.raises(Blocked) as outside:
        teams.change_part(bid, stranger.id, Part.READER, bid.lead)
    with pytest.raises(Blocked) as the_lead:
        teams.change_part(bid, bid.lead_id, Part.READER, bid.lead)
    assert (codes(again), codes(outside), codes(the_lead)) == (["there_already"], ["not_there"], ["leads"])


def test_somebody_who_works_for_the_funds_cannot_join(bid: Application) -> None:
    teams.invite(bid, "priya.other@people.example", Part.READER, bid.lead)
    officer = people.person("Priya Other", Role.OFFICER, Role.APPLICANT)
    with pytest.raises(Blocked) as refused:
        teams.join(link_to(officer.email), HERE)
    assert (codes(refused), part_in(officer, bid)) == (["staff"], None)


@pytest.mark.parametrize("part", [Part.WRITER, Part.FINANCE, Part.READER])
def test_a_part_has_what_it_grants_and_nothing_else(bid: Application, freya: Person, part: Part) -> None:
    joined(bid, freya, part)
    assert held_by(freya, bid) == MAY[part] & GRANTS[Role.APPLICANT]


def test_each_part_writes_what_it_may(bid: Application, lead: Person, freya: Person) -> None:
    keeper = joined(bid, freya, Part.FINANCE)
    bids.save_project(bid, factory.PROJECT, bid.project_version, lead)
    with pytest.raises(Blocked):
        answers.save(bid, "problem", {"text": "Mine."}, 0, keeper)
    costs.write(bid, keeper, Money(10_000_000, 5_000_000, 5_000_000, 8_000))
    with pytest.raises(Blocked):
        bids.save_project(bid, replace(bids.project_of(bid), title="Another title"), 2, keeper)
    assert (bid.total_cost_pence, bid.title) == (10_000_000, factory.PROJECT.title)


def test_a_writer_submits_and_only_the_lead_withdraws(bid: Application, lead: Person, freya: Person) -> None:
    writer = joined(bid, freya, Part.WRITER)
    factory.complete(bid, lead)
    factory.send_in(bid, writer)
    with pytest.raises(Blocked) as refused:
        submissions.withdraw(bid, "", writer)
    assert (bid.state, codes(refused)) == ("submitted", ["not_permitted"])


def test_a_colleague_of_the_organisation_writes_until_the_lead_says_otherwise(
    bid: Application, lead: Person
) -> None:
    colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
    people.join(bid.organisation, colleague)
    assert part_in(colleague, bid) is Part.WRITER
    teams.change_part(bid, colleague.id, Part.READER, lead)
    assert part_in(colleague, bid) is Part.READER
    with pytest.raises(Blocked) as refused:
        teams.remove(bid, people.applicant("X", "x@gmail.com").id, lead)
    assert codes(refused) == ["not_there"]


def test_an_invitation_to_one_bid_lets_nobody_act_for_its_organisation(bid: Application) -> None:
    tomasz = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
    joined(bid, tomasz, Part.FINANCE)
    (member,) = [each for each in queries.team_of(bid) if each.person_id == tomasz.id]
    assert (member.part, member.acts_for_it) == (Part.FINANCE, False)


def test_whoever_is_removed_sees_it_no_more_and_what_they_wrote_stays(
    bid: Application, lead: Person, freya: Person
) -> None:
    joined(bid, freya, Part.WRITER)
    answers.save(bid, "problem", {"text": "From Freya."}, 0, freya)
    teams.remove(bid, freya.id, lead)
    assert (part_in(freya, bid), bid_queries.of_person(freya.id)[0]) == (None, [])
    assert bid_queries.answers(bid.id)["problem"].value == {"text": "From Freya."}
    assert parts.parts_of(bid.id)["applicant"] == {lead.id, freya.id}


def test_somebody_leaves_by_themselves(bid: Application, freya: Person) -> None:
    joined(bid, freya, Part.READER)
    teams.remove(bid, freya.id, freya)
    assert part_in(freya, bid) is None
    assert actions(bid)[-1] == "leave_team"


def test_a_lead_changes_hands_when_both_have_said_so(bid: Application, lead: Person, freya: Person) -> None:
    joined(bid, freya, Part.WRITER)
    teams.offer_lead(bid, freya.id, lead)
    assert (bid.lead_id, part_in(freya, bid)) == (lead.id, Part.WRITER)
    teams.answer_offer(bid, freya, takes=True)
    assert (bid.lead_id, part_in(freya, bid), part_in(lead, bid)) == (freya.id, Part.LEAD, Part.WRITER)
    assert queries.open_offer(bid.id) is None
    subjects = {subject for (subject,) in db.session.query(Message.subject)}
    assert {"Marguerite Osei asks you to lead a bid", "Freya Gale leads the bid now"} <= subjects


def test_an_offer_is_refused_taken_back_or_replaced(bid: Application, lead: Person, freya: Person) -> None:
    joined(bid, freya, Part.WRITER)
    other = joined(bid, people.applicant("Ifor Penrose", "ifor@gmail.com"), Part.WRITER)
    teams.offer_lead(bid, freya.id, lead)
    teams.answer_offer(bid, freya, takes=False)
    teams.offer_lead(bid, freya.id, lead)
    teams.take_back_offer(bid, lead)
    teams.offer_lead(bid, freya.id, lead)
    teams.offer_lead(bid, other.id, lead)
    with pytest.raises(Blocked) as refused:
        teams.answer_offer(bid, freya, takes=True)
    assert (codes(refused), bid.lead_id) == (["no_offer"], lead.id)
    teams.answer_offer(bid, other, takes=True)
    assert bid.lead_id == other.id


def test_when_the_lead_is_gone_whoever_acts_for_the_organisation_stands_in(
    bid: Application, lead: Person
) -> None:
    colleague = people.applicant("Tomasz Bell", "tomasz@wrackline.example")
    people.join(bid.organisation, colleague)
    with transaction():
        lead.is_active = False
    assert part_in(colleague, bid) is Part.LEAD
    assert Permission.BID_WITHDRAW in held_by(colleague, bid)


def test_whoever_took_part_is_found_when_readers_are_looked_for(bid: Application, freya: Person) -> None:
    joined(bid, freya, Part.READER)
    teams.remove(bid, freya.id, bid.lead)
    found = conflicts.between([freya.id], [bid.id])
    assert [ground.kind for ground in found[bid.id, freya.id]] == [Kind.TEAM]


def test_one_address_is_not_flooded_with_invitations(bid: Application) -> None:
    sent = 0
    with suppress(TooManyTries):
        while sent < 50:
            teams.invite(bid, "victim@gmail.com", Part.READER, bid.lead)
            sent += 1
    assert sent == db.session.query(Message).filter_by(to_address="victim@gmail.com").count()
    assert 1 < sent <= settings().registrations_per_address
