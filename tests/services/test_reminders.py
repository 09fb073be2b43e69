"""A draft is remembered aloud three times before its round closes, and never twice for one moment."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.messages import Message
from fundapp.models.outbox import OutboxRow
from fundapp.models.people import Person
from fundapp.models.teams import BidMember
from fundapp.services import reminders, submissions
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import people, rounds
from tests.factories.outbox import work_off
from tests.factories.rounds import CLOSES
from workflows.team import COLLEAGUES, Part


@pytest.fixture
def lead(app_context: Flask) -> Person:
    rounds.begin_demo()
    return people.applicant()


@pytest.fixture
def draft(lead: Person) -> Application:
    return factory.draft(rounds.open_round(people.officer()), lead, factory.firm(lead))


def remind(at: datetime) -> list[str]:
    """Let the clock come to an instant and the task run twice; the mails there are by then."""
    rounds.move_to(at)
    for _ in range(2):
        with transaction():
            reminders.remind_by_clock(at)
    work_off()
    found = db.session.query(Message.subject).filter(Message.key.like("reminder:%")).order_by(Message.id)
    return [subject for (subject,) in found]


def test_three_moments_remind_once_each(draft: Application) -> None:
    counts = [
        len(remind(CLOSES - before))
        for before in (
            timedelta(days=7, hours=1),
            timedelta(days=7),
            timedelta(days=2),
            timedelta(days=1),
            timedelta(hours=3),
            timedelta(minutes=1),
        )
    ]
    assert counts == [0, 1, 1, 2, 3, 3]


def test_the_mail_names_the_instant_and_the_way(draft: Application, lead: Person) -> None:
    (subject,) = remind(CLOSES - timedelta(days=1))
    assert (
        subject
        == f"{draft.reference} is not sent in: the round closes at 12:00 (UK time), Friday 18 December 2026"
    )
    (mail,) = db.session.query(Message).filter(Message.key.like("reminder:%"))
    assert mail.to_address == lead.email
    assert f"/bids/{draft.reference}\n" in mail.body_text
    assert "The version we received before" not in mail.body_text


def test_everybody_who_writes_the_bid_is_reminded_once_and_nobody_else(
    draft: Application, lead: Person
) -> None:
    people.join(draft.organisation, people.applicant("Tomasz Bell", "tomasz@wrackline.example"))
    for number, part in enumerate((*COLLEAGUES, Part.PARTNER)):
        joined = people.applicant(f"Guest {number}", f"{part.value}@guest.example")
        with transaction():
            db.session.add(
                BidMember(
                    application_id=draft.id,
                    person_id=joined.id,
                    part=part.value,
                    share_number=1 if part == Part.PARTNER else None,
                    since=clock.now(),
                    invited_by_id=lead.id,
                )
            )
    remind(CLOSES - timedelta(days=1))
    sent = db.session.query(Message.to_address).filter(Message.key.like("reminder:%"))
    assert sorted(address for (address,) in sent) == sorted(
        [lead.email, "tomasz@wrackline.example", "writer@guest.example"]
    )


def test_moments_that_passed_together_remind_once(draft: Application) -> None:
    assert len(remind(CLOSES - timedelta(hours=2))) == 1


def test_a_bid_begun_after_a_moment_is_not_reminded_of_it(lead: Person) -> None:
    call = rounds.open_round(people.officer())
    rounds.move_to(CLOSES - timedelta(days=3))
    factory.draft(call, lead, factory.firm(lead))
    assert [len(remind(CLOSES - before)) for before in (timedelta(days=2), timedelta(hours=20))] == [0, 1]


def test_what_is_sent_in_or_withdrawn_is_left_alone_and_what_is_reopened_is_not(
    draft: Application, lead: Person
) -> None:
    factory.send_in(factory.complete(draft, lead), lead)
    other = factory.draft(draft.round, lead, draft.organisation, "Another idea")
    submissions.withdraw(other, "", lead)
    assert remind(CLOSES - timedelta(days=6)) == []
    submissions.reopen(draft, lead)
    assert len(remind(CLOSES - timedelta(hours=23))) == 1
    (mail,) = db.session.query(Message).filter(Message.key.like("reminder:%"))
    assert "The version we received before goes forward" in mail.body_text


def test_a_rolling_round_reminds_nobody(lead: Person) -> None:
    call, _ = rounds.open_rolling_round(people.officer(), (CLOSES,))
    factory.draft(call, lead, factory.firm(lead))
    assert remind(CLOSES - timedelta(hours=1)) == []
    assert db.session.query(OutboxRow).filter(OutboxRow.business_key.like("reminder:%")).count() == 0
