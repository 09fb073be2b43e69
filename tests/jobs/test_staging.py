"""Work is promised with the decision: once a key, in the caller's transaction, without the queue."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp import clock, outbox
from fundapp.embedded import Servers
from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.transaction import transaction
from tests.jobs.conftest import scalar
from tests.jobs.effects import KIND


def test_a_row_is_staged_with_the_transaction_and_lost_with_it(app: Flask) -> None:
    with transaction():
        outbox.stage(KIND, "kept", {"key": "kept"})
    with pytest.raises(ZeroDivisionError):
        _stage_and_fail()
    assert db.session.scalars(select(OutboxRow.business_key)).all() == ["kept"]


def test_staging_the_same_thing_twice_is_staging_it_once(app: Flask) -> None:
    with transaction():
        first = outbox.stage(KIND, "a", {"key": "a"})
    with transaction():
        second = outbox.stage(KIND, "a", {"key": "a"})
    assert first == second
    assert scalar("SELECT count(*) FROM outbox_rows") == 1


def test_the_same_key_with_other_contents_is_refused(app: Flask) -> None:
    with transaction():
        outbox.stage(KIND, "a", {"key": "a"})
    with pytest.raises(outbox.Contradiction, match="already promised with other contents"), transaction():
        outbox.stage(KIND, "a", {"key": "b"})


def test_an_effect_nobody_carries_out_is_refused(app: Flask) -> None:
    with pytest.raises(outbox.UnknownEffect, match="no route for the effect 'sing'"), transaction():
        outbox.stage("sing", "a", {})


def test_a_held_row_is_due_at_its_instant(app: Flask) -> None:
    with transaction():
        due = clock.now() + timedelta(days=3)
        row_id = outbox.stage(KIND, "held", {"key": "held"}, not_before=due)
    row = db.session.get_one(OutboxRow, row_id)
    assert row.next_at == due


def test_staging_works_while_the_queue_is_down(app: Flask, servers: Servers) -> None:
    servers.valkey.stop()
    with transaction():
        outbox.stage(KIND, "a", {"key": "a"})
    assert scalar("SELECT count(*) FROM outbox_rows") == 1


def _stage_and_fail() -> None:
    with transaction():
        outbox.stage(KIND, "undone", {"key": "undone"})
        raise ZeroDivisionError
