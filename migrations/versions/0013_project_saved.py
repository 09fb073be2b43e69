"""Who saved what a bid says of its project last, and when: told to whoever was writing at the same time."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("project_saved_at", sa.DateTime(timezone=True)))
    op.add_column("applications", sa.Column("project_saved_by_id", sa.BigInteger, sa.ForeignKey("people.id")))


def downgrade() -> None:
    op.drop_column("applications", "project_saved_by_id")
    op.drop_column("applications", "project_saved_at")
