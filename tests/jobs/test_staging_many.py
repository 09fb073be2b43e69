"""Promising many effects at once keeps the promises of promising one."""

import pytest
from flask import Flask
from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.outbox import OutboxRow
from fundapp.outbox import Contradiction, Promise, UnknownEffect, stage, stage_all
from fundapp.transaction import transaction


def promise(number: int, message: str = "bid_received") -> Promise:
    return Promise("notify", f"many-{number}", {"message": message, "event_id": number})


def kept() -> list[tuple[str, str]]:
    found = select(OutboxRow.business_key, OutboxRow.payload["message"].astext).order_by(
        OutboxRow.business_key
    )
    return [(key, message) for key, message in db.session.execute(found)]


def test_each_is_kept_once_however_often_it_is_promised(app: Flask) -> None:
    with transaction():
        stage("notify", "many-1", promise(1).payload)
        stage_all([promise(1), promise(2)])
        stage_all([promise(2), promise(3)])
        stage_all([])
    assert kept() == [(f"many-{number}", "bid_received") for number in (1, 2, 3)]


def test_another_promise_under_a_known_key_is_refused_with_all_the_rest(app: Flask) -> None:
    with transaction():
        stage_all([promise(1)])
    with pytest.raises(Contradiction, match="many-1"), transaction():
        stage_all([promise(2), promise(1, "bid_eligible")])
    assert kept() == [("many-1", "bid_received")]


def test_an_effect_nobody_carries_out_is_refused(app: Flask) -> None:
    with pytest.raises(UnknownEffect), transaction():
        stage_all([Promise("sing", "many-1", {})])
    assert kept() == []
