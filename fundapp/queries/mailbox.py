"""What the mailbox page shows: every mail the application has written, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.messages import ACCOUNT_MAIL, Message
from fundapp.models.outbox import OutboxRow

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some mails, and the id of the last one when there are more."""

    rows: Sequence[Message]
    last: int | None


def page(*, with_accounts: bool, address: str = "", before: int | None = None) -> Page:
    """The mails written before this one; those that sign people in only for whoever may see them."""
    statement = select(Message)
    if not with_accounts:
        statement = statement.where(Message.case_kind != ACCOUNT_MAIL)
    if address:
        statement = statement.where(Message.to_address == address)
    if before is not None:
        statement = statement.where(Message.id < before)
    rows = db.session.scalars(statement.order_by(Message.id.desc()).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    return Page(shown, shown[-1].id if len(rows) > PAGE_SIZE else None)


def by_id(number: int) -> Message | None:
    """The mail with this id."""
    return db.session.get(Message, number)


def parked(after: int | None = None) -> Sequence[OutboxRow]:
    """Work that could not be done and waits for a person, the oldest first."""
    return db.session.scalars(
        select(OutboxRow)
        .where(OutboxRow.parked_at.is_not(None), OutboxRow.id > (after or 0))
        .order_by(OutboxRow.id)
        .limit(PAGE_SIZE)
    ).all()


def parked_by_id(number: int) -> OutboxRow | None:
    """The piece of work with this id."""
    return db.session.get(OutboxRow, number)
