"""Mails: written once for each person, sent once, and never a header that somebody else wrote."""

from collections.abc import Iterator
from email import message_from_string
from email.policy import default

import pytest
from flask import Flask
from jinja2 import meta
from sqlalchemy import select

from fundapp import installed, outbox
from fundapp.config import Settings
from fundapp.extensions import db
from fundapp.models.messages import Message
from fundapp.models.outbox import OutboxRow
from fundapp.queries.notice_words import RECEIPTS
from fundapp.queries.recipients import Recipient
from fundapp.services import notices
from fundapp.services.notices import Written
from fundapp.transaction import transaction
from tests.jobs.conftest import scalar
from tests.jobs.mail_server import REFUSED, MailServer, listening
from workflows.effects import Notify
from workflows.machines import BY_KIND
from workflows.pathways import PATHWAYS

ROUND = {"fund", "round", "round_ref", "closes", "equality"}
RECEIPT = {"received", "version", "sha256", "check"}
BID = ROUND | {"reference", "title", "organisation", "was_received", "cut_off"}
AWARD = BID | {"amount", "limit", "window_from"}
KNOWN = {
    "round": ROUND,
    "question": ROUND | {"question", "answer"},
    "application": AWARD,
    "award": AWARD,
    "claim": AWARD | {"number", "payable"},
    "assessment": BID | {"due"},
    "meeting": ROUND | {"meeting", "day"},
    "payment_run": {"number"},
}
MAIL = Written("Your bid FIF-1-0001", "Dear Asha,\n\n“Smart pumps” has arrived.\n")


def every_notice() -> Iterator[tuple[str, Notify]]:
    """Each notice of the rulebook with the kind of case that causes it."""
    machines = [*BY_KIND.items(), *(("application", pathway.machine) for pathway in PATHWAYS.values())]
    for kind, machine in machines:
        for transition in machine.transitions:
            for notify in transition.notice.messages:
                yield kind, notify


@pytest.mark.parametrize(
    ("kind", "to", "message"), sorted({(kind, each.to, each.message) for kind, each in every_notice()})
)
def test_every_notice_has_a_template_that_asks_only_for_what_is_known(
    kind: str, to: str, message: str
) -> None:
    source = notices.TEMPLATES.get_template(f"{to}/{message}.txt").filename
    assert source is not None
    with open(source, encoding="utf-8") as file:
        wanted = meta.find_undeclared_variables(notices.TEMPLATES.parse(file.read()))
    certified = RECEIPT if message in RECEIPTS else set()
    words = dict.fromkeys(KNOWN[kind] | certified | {"name", "link", "stop"}, "known")
    assert wanted <= words.keys()
    written = notices.render(f"{to}/{message}", words)
    assert (written.subject != "", written.body.startswith("Dear known,\n")) == (True, True)


def test_without_a_mail_server_the_row_is_the_delivery(app: Flask) -> None:
    for _ in range(2):
        _write("asha@example.co.uk")
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.delivery, message.sent_at) == ("sent", "local", message.created_at)
    assert scalar("SELECT count(*) FROM outbox_rows") == 0


@pytest.fixture
def mail_server(app: Flask, settings: Settings) -> Iterator[MailServer]:
    """A mail server the application is told to use."""
    with listening() as server:
        using = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none"}
        installed.install(app, settings.model_copy(update=using))
        yield server


def test_a_mail_goes_to_the_server_once(app: Flask, mail_server: MailServer) -> None:
    _write("asha@example.co.uk")
    row = db.session.scalars(select(OutboxRow)).one()
    outcomes = [outbox.handle(row.id, notices.SEND, notices.deliver) for _ in range(2)]
    assert outcomes == [outbox.Outcome.DONE, outbox.Outcome.SKIPPED]
    mail = message_from_string(mail_server.taken[0], policy=default)
    assert len(mail_server.taken) == 1
    assert (mail["To"], mail["Subject"]) == ("asha@example.co.uk", "Your bid FIF-1-0001")
    assert mail.get_content().replace("\r\n", "\n") == MAIL.body
    assert scalar("SELECT state FROM messages") == "sent"


def test_an_address_the_server_refuses_is_parked_at_once(app: Flask, mail_server: MailServer) -> None:
    _write(REFUSED)
    row = db.session.scalars(select(OutboxRow)).one()
    assert outbox.handle(row.id, notices.SEND, notices.deliver) == outbox.Outcome.FAILED
    assert scalar("SELECT last_error FROM outbox_rows WHERE parked_at IS NOT NULL") == (
        "CannotSucceed: the mail server refuses the address (550)"
    )
    assert scalar("SELECT state FROM messages") == "waiting"


@pytest.mark.parametrize("address", ["a@example.co.uk\r\nBcc: b@example.co.uk", "a@example.co.uk\x00"])
def test_a_header_with_a_line_break_is_never_sent(app: Flask, mail_server: MailServer, address: str) -> None:
    message = Message(
        key="k",
        to_address=address.replace("\x00", "\x01"),
        subject="s",
        body_text="b",
        case_kind="person",
        case_id=1,
        created_at=scalar("SELECT now()"),
        delivery="smtp",
        state="waiting",
    )
    with transaction():
        db.session.add(message)
        db.session.flush()
        row_id = outbox.stage(notices.SEND, "k", {"message_id": message.id})
    assert outbox.handle(row_id, notices.SEND, notices.deliver) == outbox.Outcome.FAILED
    assert mail_server.taken == []
    assert scalar("SELECT parked_at IS NOT NULL FROM outbox_rows") is True


def _write(address: str) -> None:
    with transaction():
        notices.write(
            "1:applicant:bid_received:7", Recipient(None, "Asha", address), MAIL, case=("person", 7)
        )
