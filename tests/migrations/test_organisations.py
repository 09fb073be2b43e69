"""What organisations said of their size before years were asked for is carried over, and back."""

from sqlalchemy import text

from tests.migrations.conftest import Steps

SAID = (
    "INSERT INTO organisations (name, name_key, staff_count, turnover_pence, gross_assets_pence, created_at)"
    " VALUES ('Said', 'said', 14, NULL, 100, '2026-11-02 09:00Z'),"
    " ('Silent', 'silent', NULL, NULL, NULL, now())"
)
KEPT = (
    "SELECT name, said.year_ended_on, no_accounts, months, said.staff_count, said.turnover_pence,"
    " said.gross_assets_pence, source, verified, said_at = created_at"
    " FROM size_facts AS said JOIN organisations ON organisations.id = organisation_id"
)


def test_what_was_said_of_a_size_is_kept_as_figures_without_a_year(steps: Steps) -> None:
    steps.down("0005")
    steps.connection.execute(text(SAID))
    steps.up()
    kept = steps.connection.execute(text(KEPT)).all()
    assert [tuple(row) for row in kept] == [
        ("Said", None, False, 12, 14, None, 100, "stated", False, True),
    ]
