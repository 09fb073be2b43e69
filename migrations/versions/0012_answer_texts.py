"""An answer says since when its writer has been at it, and its history no longer holds it a second time."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
HELD_TWICE = """
    INSERT INTO answer_versions (application_id, question, value, version, begun_at, saved_at, saved_by_id)
    SELECT application_id, question, value, version, begun_at, saved_at, saved_by_id FROM answers
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql((SQL / "answer_texts.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    op.execute(HELD_TWICE)
    op.drop_column("answers", "begun_at")
