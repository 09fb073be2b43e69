"""What kind of organisation applies, and which sector it works in: a round's checks go by them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisations", sa.Column("legal_form", sa.Text))
    op.add_column("organisations", sa.Column("sector", sa.Text))


def downgrade() -> None:
    op.drop_column("organisations", "sector")
    op.drop_column("organisations", "legal_form")
