"""A close that is moved: for everybody or for one bid, only later, told to all it concerns."""

from datetime import timedelta

import pytest
from flask import Flask

from fundapp import chain, clock
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.messages import Message
from fundapp.models.people import Person
from fundapp.models.round_pages import PrintedForm
from fundapp.queries import extensions, worklists
from fundapp.services import extending, funds, reminders, submissions, triage
from fundapp.services import rounds as round_verbs
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.outbox import work_off
from tests.factories.rounds import CLOSES
from workflows.machine import Blocked
from workflows.rules import schedule

LATER = CLOSES + timedelta(hours=5)
MINUTE = timedelta(minutes=1)
WHY = "The service could not be reached for an hour."


@pytest.fixture
def officer(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.officer()


@pytest.fixture
def lead(app_context: Flask) -> Person:
    return people.applicant()


@pytest.fixture
def bid(officer: Person, lead: Person) -> Application:
    return factory.complete_draft(rounds.open_round(officer), lead, factory.firm(lead))


def codes(refused: pytest.ExceptionInfo[Blocked]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def subjects(key: str = "%") -> list[str]:
    work_off(leaving="")
    return [mail.subject for mail in db.session.query(Message).filter(Message.key.like(key)).order_by("id")]


def remind(call: Round) -> None:
    with transaction():
        reminders.remind_by_clock(clock.now())


def test_for_all_is_a_new_version_of_the_dates_told_to_everybody(
    bid: Application, lead: Person, officer: Person
) -> None:
    call = bid.round
    work_off(leaving="")
    before, form = call.terms_sha256, db.session.query(PrintedForm).one().pdf_sha256
    extending.for_all(call, LATER, WHY, officer)
    assert (call.closes_at, call.terms_sha256) == (LATER, sha256_of(funds.pinned(call)))
    assert call.terms_sha256 != before
    event = db.session.query(Event).filter_by(case_kind="round", action="extend").one()
    assert event.facts == {
        "from": CLOSES.isoformat(), "to": LATER.isoformat(), "terms_sha256": call.terms_sha256,
    }  # fmt: skip
    (made,) = extensions.announced(call.id)
    assert (made.before, made.to, made.reason, made.reference) == (CLOSES, LATER, WHY, None)
    assert list(chain.verify()) == []
    assert subjects(f"{event.id}:%") == [f"{call.title} closes later: {schedule.in_words(LATER)}"]
    assert db.session.query(PrintedForm).one().pdf_sha256 != form
    rounds.move_to(CLOSES + MINUTE)
    assert factory.send_in(bid, lead).number == 1
    assert bid.closes_at == LATER
    rounds.move_to(LATER)
    with pytest.raises(Blocked) as late:
        submissions.reopen(bid, lead)
    assert codes(late) == ["round_closed"]


def test_reminders_follow_the_new_close(bid: Application, officer: Person) -> None:
    rounds.move_to(CLOSES - timedelta(hours=2))
    remind(bid.round)
    extending.for_all(bid.round, CLOSES + timedelta(days=3), WHY, officer)
    remind(bid.round)
    rounds.move_to(CLOSES + timedelta(days=2, hours=1))
    remind(bid.round)
    assert len(subjects("reminder:%")) == 3


def test_a_press_repeated_over_the_move_is_still_the_same_press(
    bid: Application, lead: Person, officer: Person
) -> None:
    first = factory.send_in(bid, lead)
    extending.for_all(bid.round, LATER, WHY, officer)
    assert factory.send_in(bid, lead).id == first.id


def test_a_round_is_never_closed_earlier_nor_opened_again_once_a_bid_is_looked_at(
    bid: Application, lead: Person, officer: Person
) -> None:
    call = bid.round
    for to, code in (
        (CLOSES, "not_later"),
        (CLOSES - MINUTE, "not_later"),
        (rounds.DATES.release_at, "close_after_release"),
    ):
        assert to is not None
        with pytest.raises(Blocked) as refused:
            extending.for_all(call, to, WHY, officer)
        assert codes(refused) == [code]
    for reason, who, code in ((" ", officer, "reason_missing"), (WHY, lead, "not_permitted")):
        with pytest.raises(Blocked) as refused:
            extending.for_all(call, LATER, reason, who)
        assert codes(refused) == [code]
    factory.send_in(bid, lead)
    rounds.move_to(LATER)
    with pytest.raises(Blocked) as refused:
        extending.for_all(call, LATER - MINUTE, WHY, officer)
    assert codes(refused) == ["close_in_past"]
    triage.take_up(bid, officer)
    with pytest.raises(Blocked) as refused:
        extending.for_all(call, LATER + MINUTE, WHY, officer)
    assert codes(refused) == ["round_moved_on"]
    with pytest.raises(Blocked):
        extending.for_one(bid, LATER + MINUTE, WHY, officer)
    assert (call.closes_at, bid.extended_to) == (CLOSES, None)


def test_one_bid_has_its_own_close_and_nobody_else_does(
    bid: Application, lead: Person, officer: Person
) -> None:
    call = bid.round
    other = factory.complete_draft(call, lead, bid.organisation, "Another idea")
    factory.send_in(bid, lead)
    extending.for_one(bid, LATER, WHY, officer)
    assert subjects("%bid_extended%") == [f"{bid.reference} can be sent in until {schedule.in_words(LATER)}"]
    event = db.session.query(Event).filter_by(case_kind="application", action="extend").one()
    assert event.facts == {"from": CLOSES.isoformat(), "to": LATER.isoformat()}
    assert [each.reference for each in extensions.of_round(call.id)] == [bid.reference]
    assert extensions.announced(call.id) == []
    rounds.move_to(CLOSES + MINUTE)
    with pytest.raises(Blocked) as late:
        factory.send_in(other, lead)
    assert codes(late)[0] == "round_closed"
    assert (worklists.waiting(call.id).gathering, list(worklists.to_take_up(call))) == (1, [])
    with pytest.raises(Blocked) as early:
        triage.take_up(bid, officer)
    assert codes(early) == ["round_still_open"]
    submissions.reopen(bid, lead)
    with transaction():
        submissions.carry_forward(clock.now())
    assert bid.state == "draft"
    with pytest.raises(Blocked) as coming:
        round_verbs.mark_assessed(call, officer)
    assert codes(coming) == ["unassessed"]
    assert factory.send_in(bid, lead, key="second press").number == 2
    assert (bid.submitted_at is not None and bid.submitted_at > CLOSES, bid.closes_at) == (True, LATER)
    submissions.reopen(bid, lead)
    rounds.move_to(LATER)
    with transaction():
        submissions.carry_forward(clock.now())
    assert bid.state == "submitted"
    assert triage.take_up_all(call, officer) == 1
