"""A mail is composed with clean headers, a stable id, and text any server can carry."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundapp.config import Settings
from fundapp.gateways.email import BadHeader, LocalMailbox, Mail, SmtpGateway, compose, open_gateway

WRITTEN_AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def mail(subject: str = "Your bid", to: str = "asha@example.co.uk") -> Mail:
    """A mail with this subject and address."""
    return Mail("17:applicant", to, subject, "Dear Asha,\n\n£25,000 – “approved”.\n", WRITTEN_AT)


def test_the_same_mail_has_the_same_id() -> None:
    first, second = (compose(mail(), "funds@example.gov.uk") for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"]
    assert str(first["Message-ID"]).endswith("@example.gov.uk>")


def test_the_text_is_carried_in_seven_bits() -> None:
    sent = compose(mail(), "funds@example.gov.uk").as_bytes()
    assert sent.isascii()


@pytest.mark.parametrize("bad", ["a\r\nBcc: b@example.co.uk", "a\nb", "a\x00", "a\x85b", "a\u2028b"])
def test_a_control_character_in_a_header_is_refused(bad: str) -> None:
    with pytest.raises(BadHeader):
        compose(mail(subject=bad), "funds@example.gov.uk")
    with pytest.raises(BadHeader):
        compose(mail(to=bad), "funds@example.gov.uk")


@given(st.text(min_size=1, max_size=200))
def test_no_subject_adds_a_header(subject: str) -> None:
    try:
        composed = compose(mail(subject=subject), "funds@example.gov.uk")
    except BadHeader:
        return
    assert [name for name in composed if name in {"Bcc", "Cc"}] == []
    assert composed.as_bytes().count(b"\nSubject:") == 1


def test_the_gateway_is_the_configured_one(settings: Settings) -> None:
    assert isinstance(open_gateway(settings), LocalMailbox)
    assert isinstance(open_gateway(settings.model_copy(update={"smtp_host": "mail"})), SmtpGateway)
