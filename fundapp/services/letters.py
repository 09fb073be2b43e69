"""Letters: made once from frozen facts, kept for ever, released by a second person, opened by their reader."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways.storage import open_storage
from fundapp.installed import settings
from fundapp.letters.catalog import Kind, LetterKind, kind_for
from fundapp.letters.contents import Contents
from fundapp.letters.facts import FrozenFacts, freeze
from fundapp.letters.render import render
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.letters import Letter, LetterFacts, LetterRelease, LetterVoid
from fundapp.models.people import Person
from fundapp.queries import letter_facts
from fundapp.queries.parts import parts_of
from fundapp.services import casework
from fundapp.transaction import transaction
from workflows.machine import Blocked, Blocker
from workflows.rules.duties import Duty, clashes

# Letters that nobody has to look at again before they leave: the law fixes what they say.
UNATTENDED = frozenset({Kind.MFA_CONFIRMATION})

_AWARD_LETTERS: Mapping[Kind, Callable[[Award, int], Contents]] = {
    Kind.OFFER_OF_GRANT: letter_facts.offer_of_grant,
    Kind.OFFER_OF_INVESTMENT: letter_facts.offer_of_investment,
    Kind.MFA_CONFIRMATION: letter_facts.mfa_confirmation,
}


class NotReleased(LookupError):
    """The letter has not been released, or its release instant has not come."""


def fulfil(payload: Mapping[str, Any]) -> None:
    """Make and keep the letter an outbox row promises; a letter made before is left as it is.

    In order: the facts are gathered and frozen; the letter is printed in a limited child process; its
    bytes are kept under their hash; its row is added. It runs inside the outbox's own transaction.
    """
    bid, award = _subject(payload)
    kind = kind_for(payload["letter"], award.instrument if award else "grant")
    if _exists(kind, bid.id, payload["event_id"]):
        return
    number = _next_number(kind, bid.id)
    written = _AWARD_LETTERS[kind.key](award, number) if award else letter_facts.decline(bid, number)
    letter = _print(kind, freeze(written), written, bid, award, payload["event_id"])
    if kind.key in UNATTENDED:
        _release(letter, bid, None)


@transaction()
def release(letter: Letter, actor: Person) -> LetterRelease:
    """Let a letter go that is no offer (an offer goes by `awards.release_offer`): the second pair of eyes.

    Its reader sees it from the decision's release instant on. Raises `Blocked` for somebody who may not.
    """
    bid = db.session.get_one(Application, letter.application_id)
    if clashes(actor.id, Duty.LETTER_RELEASER, parts_of(bid.id)):
        raise Blocked((Blocker("same_person", "This needs somebody else: you took another part in this bid."),))
    if letter.release is not None:
        return letter.release
    casework.note("application", bid.id, "release_letter", actor, recorded={"letter_id": letter.id})
    return _release(letter, bid, actor)


@transaction()
def void(letter: Letter, reason: str, actor: Person) -> LetterVoid:
    """Declare a letter void, with a reason: it stays readable, and nobody can accept it any more."""
    voided = LetterVoid(letter_id=letter.id, reason=reason, voided_by_id=actor.id, voided_at=clock.now())
    db.session.add(voided)
    casework.note(
        "application",
        letter.application_id,
        "void_letter",
        actor,
        recorded={"letter_id": letter.id},
        personal={"reason": reason},
    )
    db.session.flush()
    return voided


def open_pdf(letter: Letter) -> bytes:
    """The letter's bytes, proved by their hash."""
    return open_storage(settings().files).get(letter.storage_key, letter.pdf_sha256)


def _subject(payload: Mapping[str, Any]) -> tuple[Application, Award | None]:
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
    kind: LetterKind, facts: FrozenFacts, written: Contents, bid: Application, award: Award | None, event_id: int
) -> Letter:
    printed = render(kind, facts)
    key = f"letters/{printed.pdf_sha256}.pdf"
    stored = open_storage(settings().files).put(key, printed.pdf)
    letter = Letter(
        kind=kind.key.value,
        number=written.heading.number,
        code=written.heading.code,
        application_id=bid.id,
        award_id=award.id if award else None,
        event_id=event_id,
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


def _release(letter: Letter, bid: Application, actor: Person | None) -> LetterRelease:
    now = clock.now()
    released = LetterRelease(
        letter_id=letter.id,
        released_by_id=actor.id if actor else None,
        released_at=now,
        visible_from=max(now, bid.decision_release_at or now),
    )
    db.session.add(released)
    db.session.flush()
    return released
