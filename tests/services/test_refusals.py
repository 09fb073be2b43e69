"""Every refused press of Submit is written down; those close to the instant are listed with their stamps."""

from datetime import timedelta

import pytest
from flask import Flask

from fundapp import chain, clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import near_misses
from fundapp.services import refusals, submissions
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.bids import DECLARED
from workflows.machine import Blocked


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.open_round(people.officer())


@pytest.fixture
def applicant(app_context: Flask) -> Person:
    return people.applicant()


@pytest.fixture
def bid(call: Round, applicant: Person) -> Application:
    return factory.complete_draft(call, applicant, factory.firm(applicant))


def press(bid: Application, actor: Person, *declared: str) -> None:
    with pytest.raises(Blocked):
        submissions.submit(bid, key="one", signatory="Marguerite Osei", declared=declared, actor=actor)


def presses() -> list[Event]:
    return db.session.query(Event).filter_by(case_kind="press").order_by(Event.id).all()


def test_a_refused_press_is_written_down_with_its_instant_and_what_was_in_the_way(
    bid: Application, applicant: Person
) -> None:
    at = clock.now()
    press(bid, applicant)
    (event,) = presses()
    assert (event.case_id, event.actor_id, event.action) == (bid.id, applicant.id, "refuse")
    assert event.facts == {"blockers": ["not_declared"], "closes_at": rounds.CLOSES.isoformat()}
    assert event.at - at < timedelta(minutes=1)
    assert (bid.state, bid.submitted_at) == ("draft", None)
    assert list(chain.verify()) == []


def test_a_press_that_is_received_is_no_refusal(bid: Application, applicant: Person) -> None:
    factory.send_in(bid, applicant)
    assert presses() == []


def test_a_press_without_a_full_signature_is_written_down(bid: Application, applicant: Person) -> None:
    refusals.note_unsigned(bid, applicant)
    assert [event.facts["blockers"] for event in presses()] == [["not_signed"]]


def test_the_presses_refused_close_to_the_close_are_listed(
    bid: Application, applicant: Person, call: Round
) -> None:
    rounds.move_to(rounds.CLOSES - timedelta(minutes=2))
    press(bid, applicant)
    rounds.move_to(rounds.CLOSES - timedelta(seconds=20))
    press(bid, applicant)
    rounds.move_to(rounds.CLOSES + timedelta(seconds=10))
    press(bid, applicant, *DECLARED)
    rounds.move_to(rounds.CLOSES + timedelta(minutes=6))
    press(bid, applicant, *DECLARED)
    listed, more = near_misses.of_round(call.id)
    assert more is None
    assert [(each.reference, each.by, each.blockers) for each in listed] == [
        (bid.reference, applicant.name, ("not_declared",)),
        (bid.reference, applicant.name, ("round_closed",)),
    ]
    early, late = [each.late.total_seconds() for each in listed]
    assert -20 <= early < 0 < 10 <= late < 30


def test_a_close_that_is_moved_takes_nothing_off_the_list(
    bid: Application, applicant: Person, call: Round
) -> None:
    rounds.move_to(rounds.CLOSES)
    press(bid, applicant, *DECLARED)
    with transaction():
        call.closes_at = rounds.CLOSES + timedelta(days=1)
    ((listed,), _) = near_misses.of_round(call.id)
    assert (listed.closes_at, listed.blockers) == (rounds.CLOSES, ("round_closed",))
