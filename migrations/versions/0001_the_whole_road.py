"""The whole road: people, funds, bids, assessments, meetings, awards, claims, ledger, letters."""

from pathlib import Path

from alembic import op

from fundapp.extensions import db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    db.metadata.create_all(op.get_bind())
    for name in ("clock", "append_only", "ledger", "roles", "sums"):
        # The driver reads % as a placeholder, PostgreSQL's format() as its own: double it for the driver.
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text().replace("%", "%%"))


def downgrade() -> None:
    raise RuntimeError("the first migration is not undone: drop the database")
