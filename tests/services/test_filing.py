"""Bids that arrive complete are filed many at once, each as if its lead had sent it in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as happening

from fundapp import chain
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Answer, Application, Submission
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.outbox import OutboxRow
from fundapp.services import filing
from fundapp.services.filing import Filed
from fundapp.transaction import transaction
from tests.factories import bids as factory
from tests.factories import costs, people, rounds
from workflows.machine import Blocked


@pytest.fixture
def call(app_context: Flask) -> Round:
    rounds.begin_demo()
    return rounds.open_round(people.officer())


def arriving(count: int) -> list[Filed]:
    lead = people.applicant()
    firm = factory.firm(lead)
    return [
        Filed(
            organisation=firm,
            lead=lead,
            project=replace(factory.PROJECT, title=f"Bid {number}", starts_on=None, months=None),
            money=costs.MONEY,
            answers={"problem": {"text": f"Problem {number}"}, "team": {"text": "Us"}},
            submitted_at=rounds.OPENS + timedelta(minutes=number),
            bid_ref=f"B{number}",
            sha256="0" * 64,
        )
        for number in range(count)
    ]


def test_filed_bids_are_like_any_other(call: Round) -> None:
    officer = people.officer("Filing Officer")
    filed = arriving(3)
    with transaction():
        made = filing.file_submitted(call, filed, officer)
    assert [(bid.reference, bid.state, bid.submitted_at, bid.bid_ref) for bid in made] == [
        (f"FIF7-000{number + 1}", "submitted", each.submitted_at, each.bid_ref)
        for number, each in enumerate(filed)
    ]
    assert db.session.query(Answer).count() == 6
    sent = db.session.query(Submission).order_by(Submission.id).all()
    assert [version.sha256 for version in sent] == [sha256_of(version.content) for version in sent]
    steps = db.session.query(Event).filter_by(case_kind="application", case_id=made[0].id)
    assert [(step.action, step.actor_id, step.acting_for_id) for step in steps.order_by(Event.sequence)] == [
        ("open", officer.id, None),
        ("submit", officer.id, filed[0].lead.id),
    ]
    assert db.session.query(OutboxRow).filter_by(kind="notify").count() >= 3
    assert list(chain.verify()) == []
    assert call.next_bid_number == 4


def test_one_bid_the_rulebook_refuses_stops_all(call: Round) -> None:
    filed, officer = arriving(3), people.officer("Filing Officer")
    for wrong in (
        replace(filed[2], submitted_at=rounds.CLOSES),
        replace(filed[2], money=replace(filed[2].money, grant_requested_pence=1)),
    ):
        with pytest.raises(Blocked), transaction():
            filing.file_submitted(call, [*filed[:2], wrong], officer)
    assert db.session.query(Application).count() == 0


def test_nothing_to_file_is_no_mistake(call: Round) -> None:
    officer = people.officer("Filing Officer")
    with transaction():
        assert filing.file_submitted(call, [], officer) == []


def test_a_hundred_bids_take_few_statements_a_bid(call: Round) -> None:
    filed, officer = arriving(100), people.officer("Filing Officer")
    statements: list[str] = []

    def count(*given: Any) -> None:
        statements.append(given[2])

    happening.listen(db.engine, "before_cursor_execute", count)
    with transaction():
        filing.file_submitted(call, filed, officer)
    happening.remove(db.engine, "before_cursor_execute", count)
    assert len(statements) <= 100 + 25
