"""A bid's own later close, and how each minute was answered; the roles are granted anew."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("extensions", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.drop_table("service_minutes")
    op.drop_column("applications", "extended_to")
