"""What this database is for: real work, or a demonstration whose clock may be moved."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model


class Installation(Model):
    """The single row that marks a demo database and holds its clock's offset.

    The offset may differ from zero only in a database marked as a demo, and only moves forward (a
    trigger refuses anything else), so nobody can move a real deadline from inside the application.
    """

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        CheckConstraint("is_demo OR clock_offset = interval '0'", name="clock_moves_in_a_demo_only"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default=text("1"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    clock_offset: Mapped[timedelta] = mapped_column(server_default=text("interval '0'"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
