"""Makes the letters that were promised: facts frozen, printed apart, kept under their hash."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways.storage import open_storage
from fundapp.installed import settings
from fundapp.letters.catalog import Kind, LetterKind, kind_for
from fundapp.letters.confined import ConfinedPress
from fundapp.letters.contents import Contents
from fundapp.letters.facts import freeze
from fundapp.letters.render import render
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.letters import Letter, LetterFacts
from fundapp.services import ending_facts, letter_facts
from fundapp.services.letters import let_go

Payload = Mapping[str, Any]

# Letters that nobody has to look at again before they leave: the law fixes what they say.
UNATTENDED = frozenset({Kind.MFA_CONFIRMATION})

AWARD_LETTERS: Mapping[Kind, Callable[[Award, int], Contents]] = {
    Kind.OFFER_OF_GRANT: letter_facts.offer_of_grant,
    Kind.OFFER_OF_INVESTMENT: letter_facts.offer_of_investment,
    Kind.MFA_CONFIRMATION: letter_facts.mfa_confirmation,
    Kind.COMPLETION: ending_facts.completion,
    Kind.TERMINATION: ending_facts.termination,
}


def fulfil(payload: Payload, press: ConfinedPress) -> None:
    """Make and keep the letter an outbox row promises; a letter made before is left as it is.

    In order: the facts are gathered and frozen; the letter is printed in the limited press; its
    bytes are kept under their hash; its row is added. It runs inside the outbox's own transaction.
    """
    bid, award = _subject(payload)
    kind = kind_for(payload["letter"], award.instrument if award else "grant")
    if _exists(kind, bid.id, payload["event_id"]):
        return
    number = _next_number(kind, bid.id)
    written = AWARD_LETTERS[kind.key](award, number) if award else letter_facts.decline(bid, number)
    letter = _print(kind, written, bid, award, payload, press)
    if kind.key in UNATTENDED:
        let_go(letter, bid, None)


def _subject(payload: Payload) -> tuple[Application, Award | None]:
    if payload["case_kind"] == "award":
        award = db.session.get_one(Award, payload["case_id"])
        return award.application, award
    return db.session.get_one(Application, payload["case_id"]), None


def _exists(kind: LetterKind, bid_id: int, event_id: int) -> bool:
    return (
        db.session.scalar(
            select(Letter.id).where(
                Letter.kind == kind.key, Letter.application_id == bid_id, Letter.event_id == event_id
            )
        )
        is not None
    )


def _next_number(kind: LetterKind, bid_id: int) -> int:
    last = db.session.scalar(
        select(func.max(Letter.number)).where(Letter.kind == kind.key, Letter.application_id == bid_id)
    )
    return (last or 0) + 1


def _print(
    kind: LetterKind,
    written: Contents,
    bid: Application,
    award: Award | None,
    payload: Payload,
    press: ConfinedPress,
) -> Letter:
    facts = freeze(written)
    printed = render(kind, facts, press)
    key = f"letters/{printed.pdf_sha256}.pdf"
    stored = open_storage(settings().files).put(key, printed.pdf)
    letter = Letter(
        kind=kind.key.value,
        number=written.heading.number,
        code=written.heading.code,
        application_id=bid.id,
        award_id=award.id if award else None,
        event_id=payload["event_id"],
        replaces_id=payload.get("replaces"),
        template_version=printed.template_version,
        facts_sha256=facts.sha256,
        pdf_sha256=stored.sha256,
        pdf_size=stored.size,
        pages=printed.pages,
        storage_key=stored.key,
        created_at=clock.now(),
    )
    letter.facts = LetterFacts(body=json.loads(facts.json_bytes))
    db.session.add(letter)
    db.session.flush()
    return letter
