"""When an organisation's company was registered and how it stands, kept for every check that reads it."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    op.get_bind().exec_driver_sql((SQL / "company_standing.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.drop_column("organisations", "company_status")
    op.drop_column("organisations", "incorporated_on")
