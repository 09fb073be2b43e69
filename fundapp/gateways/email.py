"""Sends a mail: by SMTP when a server is configured, otherwise the message row is the delivery."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import ClassVar, Literal, Protocol

from fundapp.config import Settings


class BadHeader(ValueError):
    """An address or subject holds a line break or another control character."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address; the same `key` always makes the same Message-ID."""

    key: str
    to_address: str
    subject: str
    body_text: str
    written_at: datetime
    body_html: str | None = None
    stop_link: str | None = None


class EmailGateway(Protocol):
    """What the rest of the application knows of mail."""

    delivery: ClassVar[Literal["local", "smtp"]]

    def send(self, mail: Mail) -> None:
        """Hand the mail on, or raise."""


class LocalMailbox:
    """No mail server: the message stays in its row, and the mailbox page shows it."""

    delivery: ClassVar[Literal["local", "smtp"]] = "local"

    def send(self, mail: Mail) -> None:
        """Check the mail as a server would; the row it was read from is its delivery."""
        compose(mail, "funds@localhost")


class SmtpGateway:
    """Sends through the configured server, over a checked and encrypted line unless told otherwise."""

    delivery: ClassVar[Literal["local", "smtp"]] = "smtp"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, mail: Mail) -> None:
        """Send one mail; a refused recipient or a lost line raises, and the outbox tries again."""
        message = compose(mail, self._settings.mail_from)
        with self._line() as line:
            line.send_message(message, from_addr=self._settings.mail_from, to_addrs=[mail.to_address])

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        host, port, seconds = settings.smtp_host or "", settings.smtp_port, settings.smtp_timeout_seconds
        if settings.smtp_security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=seconds, context=ssl.create_default_context()
            )
        else:
            line = smtplib.SMTP(host, port, timeout=seconds)
        with line:
            if settings.smtp_security == "starttls":
                line.starttls(context=ssl.create_default_context())
            if settings.smtp_user and settings.smtp_password:
                line.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            yield line


def open_gateway(settings: Settings) -> EmailGateway:
    """The mail server of the settings, or the local mailbox."""
    return SmtpGateway(settings) if settings.smtp_host else LocalMailbox()


def compose(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes on the wire; a control character in a header is refused, never folded away."""
    for value in (mail.to_address, mail.subject, sender, mail.stop_link or ""):
        if not value.isprintable():
            raise BadHeader("a mail header holds a line break or another control character")
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.to_address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{sha256(mail.key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.stop_link is not None:  # One press in the mail program, as RFC 8058 has it.
        message["List-Unsubscribe"] = f"<{mail.stop_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.body_text, cte="quoted-printable")
    if mail.body_html is not None:
        message.add_alternative(mail.body_html, subtype="html", cte="quoted-printable")
    return message
