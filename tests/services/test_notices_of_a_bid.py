"""A bid that is sent in brings its applicant one mail, with the bid's own words and a link to it."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.jobs import notices
from fundapp.models.applications import Application
from fundapp.models.messages import Message
from fundapp.models.outbox import OutboxRow
from tests.factories import bids, people, rounds


@pytest.fixture
def bid(app_context: Flask) -> Application:
    rounds.begin_demo()
    call = rounds.open_round(people.officer())
    applicant = people.applicant()
    made = bids.complete_draft(call, applicant, bids.firm(applicant))
    bids.send_in(made, applicant)
    return made


def test_the_applicant_reads_of_the_bid(bid: Application) -> None:
    row_id = db.session.scalars(
        select(OutboxRow.id).where(OutboxRow.payload["message"].astext == "bid_received")
    ).one()
    address, name = bid.lead.email, bid.lead.name
    subject, title, reference = f"We have received {bid.reference}", bid.title, bid.reference
    db.session.rollback()
    assert [notices.write(row_id), notices.write(row_id)] == ["done", "skipped"]
    mail = db.session.scalars(select(Message)).one()
    assert (mail.to_address, mail.subject) == (address, subject)
    assert mail.body_text.startswith(f"Dear {name},\n\nWe have received your bid “{title}” ({reference})")
    assert f"\n{settings().base_url}/bids/{reference}\n" in mail.body_text
