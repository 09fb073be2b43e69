"""The migrations and the models describe the same tables, and the database's own walls stand."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from fundapp.extensions import db

KEPT = (
    "events", "anchors", "ledger_transactions", "ledger_entries", "rd_entries", "submissions", "decisions",
    "votes", "letters", "letter_releases", "letter_voids", "letter_acceptances", "size_facts",
    "company_facts", "equality_answers",
)  # fmt: skip


def test_migrations_leave_exactly_the_tables_of_the_models(app_context: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.parametrize("table", KEPT)
def test_what_happened_is_never_changed_by_anybody(app_context: Flask, table: str) -> None:
    walls = set(
        db.session.scalars(
            text(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass) AND NOT tgisinternal"
            ),
            {"name": table},
        )
    )
    assert {"rows_are_only_added", "table_is_never_emptied"} <= walls
    may = db.session.execute(
        text("SELECT has_table_privilege(:name, 'UPDATE'), has_table_privilege(:name, 'DELETE')"),
        {"name": table},
    ).one()
    assert tuple(may) == (False, False)
