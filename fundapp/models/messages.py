"""Mail the application has written: kept for the mailbox page, sent once when a server is configured."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from fundapp.extensions import Model

# The kind of case of mails about an account, which may hold a link that signs somebody in.
ACCOUNT_MAIL = "account"


class Message(Model):
    """One mail to one address; its key (event, message, address) makes writing it twice impossible.

    With no mail server configured `delivery` is `local` and the row itself is the delivery. `stop_link` is
    where whoever follows a round stops such mails with one press.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("delivery IN ('local', 'smtp')", name="delivery_known"),
        CheckConstraint("state IN ('waiting', 'sent')", name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_an_instant"),
        Index("ix_messages_to_person_id_id", "to_person_id", "id"),
        Index("ix_messages_case", "case_kind", "case_id"),
        Index("ix_messages_waiting", "id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    to_address: Mapped[str]
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    stop_link: Mapped[str | None]
    case_kind: Mapped[str]
    case_id: Mapped[int]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    delivery: Mapped[str]
    state: Mapped[str]
