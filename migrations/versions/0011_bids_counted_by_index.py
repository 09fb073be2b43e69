"""The bids of a round are counted by state and by day from one index, without a look at any of their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAME = "ix_applications_round_id_id"
COUNTED = ["state", "is_recommended", "created_at", "submitted_at"]


def upgrade() -> None:
    op.drop_index(NAME, "applications")
    op.create_index(NAME, "applications", ["round_id", "id"], postgresql_include=COUNTED)
    op.create_index(
        "ix_applications_left_alone",
        "applications",
        ["round_id", "state"],
        postgresql_where=sa.text("batch_id IS NOT NULL OR extended_to IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_applications_left_alone", "applications")
    op.drop_index(NAME, "applications")
    op.create_index(NAME, "applications", ["round_id", "id"])
