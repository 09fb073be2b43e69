"""Equality monitoring, apart from every bid; the roles are granted anew, for they are granted by table."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("equality", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.drop_table("equality_answers")
