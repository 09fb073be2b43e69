"""The team of a bid, its invitations, and the handing over of its lead."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("teams", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    raise RuntimeError("who takes part in which bid is not forgotten: restore a backup instead")
