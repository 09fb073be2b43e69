"""Prints the blank form of a published round once, and keeps it under its hash for everybody to take."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways.storage import open_storage
from fundapp.installed import settings
from fundapp.letters import blank_form
from fundapp.letters.blank_form import FormFacts
from fundapp.letters.confined import ConfinedPress
from fundapp.models.funds import Round
from fundapp.models.installation import Installation
from fundapp.models.round_pages import PrintedForm

DEMO_NOTICE = "Demonstration form: nothing here is real"


def fulfil(payload: Mapping[str, Any], press: ConfinedPress) -> None:
    """Print the form of the round an outbox row names; one printed before is left as it is.

    In order: the form is printed in the limited press; its bytes are kept under their hash; its row is
    added. It runs inside the outbox's own transaction.
    """
    call = db.session.get_one(Round, payload["case_id"])
    if db.session.get(PrintedForm, call.id) is not None:
        return
    composed = blank_form.compose(_facts(call), call.rules)
    printed = press.print(composed.html, composed.images)
    key = f"forms/{sha256(printed.pdf).hexdigest()}.pdf"
    stored = open_storage(settings().files).put(key, printed.pdf)
    db.session.add(
        PrintedForm(
            round_id=call.id,
            pdf_sha256=stored.sha256,
            pdf_size=stored.size,
            pages=printed.pages,
            storage_key=stored.key,
            made_at=clock.now(),
        )
    )


def open_pdf(form: PrintedForm) -> bytes:
    """The very bytes that were printed; raises a `StorageError` when they are not there or not whole."""
    return open_storage(settings().files).get(form.storage_key, form.pdf_sha256)


def _facts(call: Round) -> FormFacts:
    ours = settings()
    return FormFacts(
        fund=call.fund.name,
        title=call.title,
        number=call.number,
        ref=call.ref,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        form=call.form_version.number,
        sha256=call.form_version.sha256,
        address=f"{ours.base_url}/rounds/{call.ref}",
        authority=ours.letter_authority,
        department=ours.letter_department,
        email=ours.letter_email,
        notice=DEMO_NOTICE if db.session.scalar(select(Installation.is_demo)) else "",
    )
