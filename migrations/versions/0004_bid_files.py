"""Files of bids, and those on their way; the roles are granted anew, for they are granted by table."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("bid_files", "uploads", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.drop_table("upload_pieces")
    op.drop_table("uploads")
    op.drop_table("bid_files")
    op.execute("DROP FUNCTION refuse_another_file()")
