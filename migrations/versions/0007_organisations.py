"""An organisation's registered postcode, its size by year, what Companies House says; roles granted anew."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"
PARTS = ("organisations", "roles")


def upgrade() -> None:
    for name in PARTS:
        op.get_bind().exec_driver_sql((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.drop_table("company_facts")
    op.drop_table("size_facts")
    op.drop_column("organisations", "year_ended_on")
    op.drop_column("organisations", "registered_postcode")
