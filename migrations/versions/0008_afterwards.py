"""A bid's own later close, its versions on paper, and every minute; the roles are granted anew."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("afterwards", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.drop_table("service_minutes")
    op.drop_table("printed_bids")
    op.drop_column("rounds", "extended_at")
    op.drop_column("applications", "extended_to")
