"""A round's printed form, its followers and its questions; the roles are granted anew."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("round_pages", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.drop_column("messages", "stop_link")
    op.drop_table("round_questions")
    op.drop_table("followers")
    op.drop_table("printed_forms")
