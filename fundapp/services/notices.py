"""Writes mails and sends them: one row for each person, written once, sent once it is handed over."""

import smtplib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock, outbox
from fundapp.config import PROJECT
from fundapp.extensions import db
from fundapp.gateways.email import BadHeader, Mail, open_gateway
from fundapp.installed import settings
from fundapp.models.messages import Message
from fundapp.queries import notice_words, recipients
from fundapp.queries.recipients import Recipient
from fundapp.services import equality, stopping

SEND = "send_message"
PERMANENT = 500

# Plain text: nothing is escaped, and no mail of ours is HTML. A word a template asks for must exist.
TEMPLATES = Environment(
    loader=FileSystemLoader(PROJECT / "templates" / "emails"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - see above
)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as its template says it."""

    subject: str
    body: str


def by_clock(key: str, to: str, message: str, case: tuple[str, int]) -> outbox.Promise:
    """A notice that the clock brings about, not a step of its case; the same key is the same notice."""
    kind, number = case
    payload = {"event_id": key, "message": message, "to": to, "case_kind": kind, "case_id": number}
    return outbox.Promise("notify", key, payload)


def fulfil(payload: Mapping[str, Any]) -> None:
    """Write one mail to each person a notice is for, inside the worker's transaction.

    The names and addresses are those of the moment of writing. With a mail server each mail becomes an
    effect of its own, so that one refused address holds up nobody else.
    """
    message, to = payload["message"], payload["to"]
    case_kind, case_id = payload["case_kind"], payload["case_id"]
    words = notice_words.of(to, case_kind, case_id)
    if message in notice_words.RECEIPTS:
        words |= notice_words.receipt(payload["event_id"])
    if "round_ref" in words:
        words["equality"] = equality.link_of(words["round_ref"])
    for recipient in recipients.of(to, message, case_kind, case_id):
        stop = stopping.link_of(recipient.follower_id) if recipient.follower_id else ""
        write(
            f"{payload['event_id']}:{to}:{message}:{recipient.key}",
            recipient,
            render(f"{to}/{message}", words | {"name": recipient.name, "stop": stop}),
            case=(case_kind, case_id),
            stop_link=stop or None,
        )


def write(
    key: str, recipient: Recipient, written: Written, *, case: tuple[str, int], stop_link: str | None = None
) -> None:
    """File one mail in the caller's transaction and see to its sending; the same key again is ignored."""
    gateway = open_gateway(settings())
    now = clock.now()
    local = gateway.delivery == "local"
    message_id = db.session.scalar(
        insert(Message)
        .values(
            key=key,
            to_address=recipient.address,
            to_person_id=recipient.person_id,
            subject=written.subject,
            body_text=written.body,
            stop_link=stop_link,
            case_kind=case[0],
            case_id=case[1],
            created_at=now,
            delivery=gateway.delivery,
            state="sent" if local else "waiting",
            sent_at=now if local else None,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Message.id)
    )
    if message_id is not None and not local:
        outbox.stage(SEND, key, {"message_id": message_id})


def render(template: str, words: Mapping[str, str]) -> Written:
    """Subject and body of a mail; the first line of a template is its subject."""
    text = TEMPLATES.get_template(f"{template}.txt").render(words)
    subject, _, body = text.partition("\n")
    return Written(" ".join(subject.split()), body.lstrip("\n"))


def deliver(payload: Mapping[str, Any]) -> None:
    """Hand one mail to the mail server, inside the worker's transaction.

    A worker that dies after the server took the mail sends it again with the same Message-ID. What the
    server refuses for good is parked at once.
    """
    message = db.session.scalars(
        select(Message).where(Message.id == payload["message_id"]).with_for_update()
    ).one()
    if message.sent_at is not None:
        return
    mail = Mail(
        message.key,
        message.to_address,
        message.subject,
        message.body_text,
        message.created_at,
        stop_link=message.stop_link,
    )
    try:
        open_gateway(settings()).send(mail)
    except BadHeader as error:
        raise outbox.CannotSucceed(str(error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        _refused(error)
    message.state = "sent"
    message.sent_at = clock.now()


def _refused(error: smtplib.SMTPRecipientsRefused) -> None:
    """Give up at once where the server said no for good; otherwise let the outbox try again."""
    codes = [code for code, _ in error.recipients.values()]
    if all(code >= PERMANENT for code in codes):
        raise outbox.CannotSucceed(f"the mail server refuses the address ({codes[0]})") from error
    raise error
