"""The whole road: people, funds, bids, assessments, meetings, awards, claims, ledger, letters."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("tables", "clock", "append_only", "ledger", "sums", "roles")


def upgrade() -> None:
    for name in PARTS:
        # The driver reads % as a placeholder, PostgreSQL's format() as its own: double it for the driver.
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    raise RuntimeError("the first migration is not undone: drop the database")
