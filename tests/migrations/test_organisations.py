"""What organisations said of their size before years were asked for is carried over, and back."""

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from fundapp.config import PROJECT
from fundapp.database import driver_url
from fundapp.embedded import Servers
from tests import databases

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


def test_what_was_said_of_a_size_is_kept_as_figures_without_a_year(
    servers: Servers, process_number: int
) -> None:
    name = f"carried_over_{process_number}"
    databases.ensure_template(servers)
    databases.renew(servers, name)
    engine = create_engine(driver_url(servers.postgres.url("migrator", name)))
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations").replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, "0005")
            connection.execute(text(SAID))
            command.upgrade(config, "head")
            kept = connection.execute(text(KEPT)).all()
    finally:
        engine.dispose()
        servers.postgres.drop_database(name)
    assert [tuple(row) for row in kept] == [
        ("Said", None, False, 12, 14, None, 100, "stated", False, True),
    ]
