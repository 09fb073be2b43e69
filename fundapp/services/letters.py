"""Letters once they are made: let go by a second person, declared void, opened by their reader, proved."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp import clock, outbox
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.gateways.storage import StorageError, open_storage
from fundapp.installed import settings
from fundapp.letters.facts import refreeze
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.letters import Letter, LetterRelease, LetterVoid
from fundapp.models.people import Person
from fundapp.queries import letters as queries
from fundapp.queries.parts import parts_of
from fundapp.services import casework
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker
from workflows.machines import machine_for
from workflows.rules.duties import Duty, clashes

OWN_HAND = "The decision this letter gives went through your hands."


@transaction()
def release(letter: Letter, actor: Person) -> LetterRelease:
    """Let a letter go that is no first offer (that goes by `awards.release_offer`): the second pair of eyes.

    Its reader sees it from the decision's release instant on. Raises `Blocked` for somebody who may not.
    """
    bid = _locked_bid(letter)
    _insist(release_blockers(letter, bid, actor))
    return letter.release or let_go(letter, bid, actor)


@transaction()
def release_declines(call: Round, actor: Person) -> int:
    """Let every decline of a round go that this person may release, and say how many that were."""
    released = 0
    for letter in queries.unreleased_declines(call.id):
        bid = _locked_bid(letter)
        if letter.release is None and not release_blockers(letter, bid, actor):
            let_go(letter, bid, actor)
            released += 1
    return released


@transaction()
def void(letter: Letter, reason: str, actor: Person, *, make_again: bool = False) -> LetterVoid:
    """Declare a letter void, with a reason: it stays readable, and nobody can accept it any more.

    In order: the voiding is kept; with `make_again` a new letter of the same kind is promised that
    replaces it, from the facts as they stand then. Raises `Blocked` for a letter somebody accepted.
    """
    bid = _locked_bid(letter)
    _insist(void_blockers(letter, bid, actor))
    if not reason.strip():
        raise Blocked((Blocker("reason_missing", "A reason has not been given.", "Write it in a sentence."),))
    voided = LetterVoid(letter_id=letter.id, reason=reason, voided_by_id=actor.id, voided_at=clock.now())
    db.session.add(voided)
    event = casework.note(
        "application",
        letter.application_id,
        "void_letter",
        actor,
        recorded={"letter_id": letter.id},
        personal={"reason": reason},
    )
    if make_again:
        _promise_again(letter, event)
    db.session.flush()
    return voided


def release_blockers(letter: Letter, bid: Application, actor: Person) -> tuple[Blocker, ...]:
    """Why this person may not let this letter go; empty when they may. For buttons and refusals alike."""
    if Permission.LETTER_RELEASE not in held_by(actor, bid):
        return (Blocker("not_permitted", "Releasing letters is for the programme team."),)
    if letter.void is not None:
        return (Blocker("void", "This letter is void."),)
    if letter.kind in queries.OFFERS and _has_ended(letter):
        return (Blocker("award_ended", "The award has ended, so its offer does not go out."),)
    if clashes(actor.id, Duty.LETTER_RELEASER, parts_of(bid.id)):
        return (Blocker("same_person", OWN_HAND, "Ask a colleague to look at it and release it."),)
    return ()


def _has_ended(letter: Letter) -> bool:
    award = db.session.get_one(Award, letter.award_id)
    return machine_for(award.case_kind).state(award.state).final


def void_blockers(letter: Letter, bid: Application, actor: Person) -> tuple[Blocker, ...]:
    """Why this person may not declare this letter void; empty when they may."""
    if Permission.LETTER_VOID not in held_by(actor, bid):
        return (Blocker("not_permitted", "Declaring letters void is for the programme team."),)
    if letter.void is not None:
        return (Blocker("void", "This letter is void already."),)
    if letter.acceptance is not None:
        return (Blocker("accepted", "The offer was accepted on this letter, so its words stand."),)
    return ()


def open_pdf(letter: Letter) -> bytes:
    """The letter's bytes, proved by their hash."""
    return open_storage(settings().files).get(letter.storage_key, letter.pdf_sha256)


def let_go(letter: Letter, bid: Application, actor: Person | None) -> LetterRelease:
    """Record a letter's release, by a person or by nobody, as part of a larger verb.

    Its reader sees it from the decision's release instant on.
    """
    now = clock.now()
    released = LetterRelease(
        letter_id=letter.id,
        released_by_id=actor.id if actor else None,
        released_at=now,
        visible_from=max(now, bid.decision_release_at or now),
    )
    db.session.add(released)
    if actor is not None:
        casework.note("application", bid.id, "release_letter", actor, recorded={"letter_id": letter.id})
    db.session.flush()
    return released


def _locked_bid(letter: Letter) -> Application:
    """The letter's bid, held so that two people cannot release or void at once: letters are never locked."""
    bid = db.session.get_one(Application, letter.application_id)
    lock(bid)
    db.session.refresh(letter, ["release", "void", "acceptance"])
    return bid


def _promise_again(letter: Letter, event: Event) -> None:
    outbox.stage(
        "issue_letter",
        f"{event.id}-1",
        {
            "event_id": event.id,
            "case_kind": "award" if letter.award_id else "application",
            "case_id": letter.award_id or letter.application_id,
            "letter": "offer" if letter.kind in queries.OFFERS else letter.kind,
            "replaces": letter.id,
        },
    )


def _insist(blockers: tuple[Blocker, ...]) -> None:
    if blockers:
        raise Blocked(blockers)


def verify_all() -> Iterator[str]:
    """Read every kept letter again and yield a sentence for each whose bytes or facts are not as recorded."""
    rows = select(Letter).options(joinedload(Letter.facts)).order_by(Letter.id)
    for letter in db.session.scalars(rows):
        try:
            open_pdf(letter)
        except StorageError as problem:
            yield f"letter {letter.code}: {problem}"
        if letter.facts is not None and refreeze(letter.facts.body).sha256 != letter.facts_sha256:
            yield f"letter {letter.code}: what it says was changed"
