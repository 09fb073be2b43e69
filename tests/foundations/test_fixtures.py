"""The ground tests stand on: each starts with a database as the migrations leave it."""

import pytest
from flask import Flask
from sqlalchemy import text

from fundapp.extensions import db


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_never_sees_what_another_left(app_context: Flask, turn: int) -> None:
    assert db.session.execute(text("SELECT count(*) FROM heartbeats")).scalar_one() == 0
    db.session.execute(
        text("INSERT INTO heartbeats (process, role, started_at, at) VALUES ('p', 'relay', now(), now())")
    )
    db.session.execute(text("COMMIT"))


def test_the_pages_connect_with_their_own_role(app_context: Flask) -> None:
    assert db.session.execute(text("SELECT current_user")).scalar_one() == "fundapp_app"


def test_programs_started_by_tests_see_no_configured_server(environment: dict[str, str]) -> None:
    assert environment["DATABASE_URL"].startswith("postgresql://fundapp_app@/test_")
    assert environment["REDIS_URL"].startswith("unix:///")
