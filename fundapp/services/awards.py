"""An award from the subsidy check to its acceptance, or to the end of an offer nobody took up."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.awards import Award
from fundapp.models.letters import Letter, LetterAcceptance, LetterRelease
from fundapp.models.people import Person
from fundapp.queries.letters import offer_letter
from fundapp.queries.parts import parts_of
from fundapp.services import approvals, budget, casework, claims, entering
from fundapp.transaction import lock, transaction
from workflows.cases import FAILED_CHECKS
from workflows.machine import Blocked, Blocker
from workflows.rules import subsidy
from workflows.rules.release import is_released
from workflows.rules.subsidy import Assistance

TOO_OLD = Blocker(
    "reply_by_past",
    "The reply-by date this letter names has passed.",
    "Declare it void and have it made again.",
)
REPLACED = Blocker(
    "other_letter", "This letter has been replaced by a newer one.", "Read the new letter before you accept."
)


@transaction()
def confirm_subsidy(award: Award, received: Sequence[Assistance], actor: Person) -> Award:
    """Take the enterprise's written confirmation of what it received (Subsidy Control Act 2022 s.37).

    In order: the list and its sum in the window are kept with who confirmed and when; the rulebook
    tests the limit; the offer letter is promised. Raises `Blocked` when the limit would be passed.
    """
    today = clock.in_london(clock.now()).date()
    award.earlier_assistance = [_listed(each) for each in received]
    award.earlier_assistance_pence = subsidy.counted(received, today)
    award.subsidy_confirmed_at = clock.now()
    award.subsidy_confirmed_by_id = actor.id
    casework.advance(
        award,
        "confirm_subsidy",
        actor,
        facts=subsidy_facts(award),
        recorded={"earlier_pence": award.earlier_assistance_pence, "amount_pence": award.amount_pence},
    )
    return award


@transaction()
def release_offer(award: Award, actor: Person) -> LetterRelease:
    """Let the offer letter go: the second pair of eyes.

    In order: the award is offered, to be accepted by the instant its letter names; the letter's release
    is recorded; the bid becomes an offer; the applicant is told.
    """
    letter = offer_letter(award.id)
    if letter is not None and reply_by(letter) <= clock.now():
        raise Blocked((TOO_OLD,))
    casework.advance(
        award,
        "offer",
        actor,
        facts=_offer_facts(award, letter),
        recorded={"letter_id": letter.id if letter else None, "amount_pence": award.amount_pence},
    )
    if letter is None:
        raise LookupError("the rulebook let an offer go without its letter")
    award.offered_at = clock.now()
    award.accept_by = reply_by(letter)
    release = LetterRelease(
        letter_id=letter.id, released_by_id=actor.id, released_at=clock.now(), visible_from=clock.now()
    )
    db.session.add(release)
    casework.advance(award.application, "offer", actor, facts={"award_state": award.state})
    return release


@transaction()
def accept(award: Award, name: str, actor: Person, *, code: str | None = None) -> LetterAcceptance:
    """Accept the offer as the named signatory, for exactly the letter's bytes.

    `code` is the letter the signatory had before them: where another has replaced it, `Blocked`.
    In order: the limits are tested again at this instant; the award is accepted, its money contracted
    and the R&D total fed; the acceptance is kept with the letter's hash; the confirmation of minimal
    financial assistance, dated today, is promised.
    """
    lock(award)
    letter = offer_letter(award.id)
    if code is not None and letter is not None and letter.code != code:
        raise Blocked((REPLACED,))
    casework.advance(
        award,
        "accept",
        actor,
        facts=_accept_facts(award, letter, actor),
        recorded=approvals.figures(award, award.application),
    )
    if letter is None:
        raise LookupError("the rulebook let an acceptance through without a letter")
    award.accepted_at = clock.now()
    acceptance = LetterAcceptance(
        letter_id=letter.id,
        person_id=actor.id,
        name=name,
        accepted_at=clock.now(),
        pdf_sha256=letter.pdf_sha256,
    )
    db.session.add(acceptance)
    return acceptance


@transaction()
def decline(award: Award, actor: Person) -> Award:
    """Turn the offer down: its money goes back to the round, and what it promised leaves the R&D total."""
    casework.advance(
        award,
        "decline",
        actor,
        facts={"is_signatory": actor.id == award.application.lead_id},
        recorded=approvals.figures(award, award.application),
    )
    budget.release_committed(award.application.round_id, award.financial_year, award.amount_pence)
    return award


def lapse_by_clock(_period: datetime) -> None:
    """Let every offer lapse that nobody accepted in time, freeing its budget; run by the clock."""
    overdue = db.session.scalars(
        select(Award).where(Award.state == "offered", Award.accept_by < clock.now()).order_by(Award.id)
    ).all()
    for award in overdue:
        casework.advance(
            award, "lapse", casework.SYSTEM, recorded=approvals.figures(award, award.application)
        )
        budget.release_committed(award.application.round_id, award.financial_year, award.amount_pence)


@transaction()
def start(award: Award, actor: Person) -> Award:
    """Start the project of an accepted award: a claim is opened for each instalment."""
    casework.advance(award, "start", actor, facts={"gaps": ()}, recorded={"award_id": award.id})
    claims.open_for(award)
    return award


@transaction()
def discharge_condition(award: Award, number: int, actor: Person) -> Award:
    """Record that a condition is met; one marked "before payment" no longer holds payments back."""
    condition = next(each for each in award.conditions if each.number == number)
    condition.discharged_at = clock.now()
    condition.discharged_by_id = actor.id
    casework.note("award", award.id, "discharge_condition", actor, recorded={"condition": number})
    return award


def subsidy_facts(award: Award) -> dict[str, object]:
    """What the subsidy rules want to know at this instant."""
    today = clock.in_london(clock.now()).date()
    return {
        "mfa_notified": is_released(award.application.decision_release_at, clock.now()),
        "mfa_limit_pence": mfa_limit(award, today),
    }


def release_blockers(award: Award, actor: Person) -> tuple[Blocker, ...]:
    """Why this person may not let the offer go now; empty when they may."""
    letter = offer_letter(award.id)
    late = (TOO_OLD,) if letter is not None and reply_by(letter) <= clock.now() else ()
    return (*late, *casework.blockers(award, "offer", actor, _offer_facts(award, letter)))


def accept_blockers(award: Award, actor: Person) -> tuple[Blocker, ...]:
    """Why this person may not accept the offer now; empty when they may."""
    return casework.blockers(award, "accept", actor, _accept_facts(award, offer_letter(award.id), actor))


def _offer_facts(award: Award, letter: Letter | None) -> dict[str, object]:
    bid = award.application
    ready = {"letter_ready": letter is not None, "parts": parts_of(bid.id)}
    return subsidy_facts(award) | ready | {FAILED_CHECKS.key: entering.failed_since(bid)}


def _accept_facts(award: Award, letter: Letter | None, actor: Person) -> dict[str, object]:
    is_signatory = actor.id == award.application.lead_id
    return subsidy_facts(award) | {"letter_ready": letter is not None, "is_signatory": is_signatory}


def mfa_limit(award: Award, day: date) -> int:
    """The limit of minimal financial assistance on a day, in pence, as the round's terms date it."""
    limits = award.application.round.terms["mfa_limits"]
    dated = {date.fromisoformat(limit["from_date"]): limit["mfa_pence"] for limit in limits}
    return subsidy.limit_on(dated, day)


def reply_by(letter: Letter) -> datetime:
    """The instant by which an offer letter asks for an answer, as it is frozen in it."""
    if letter.facts is None:
        raise LookupError("what this letter says is no longer kept")
    return datetime.fromisoformat(letter.facts.body["reply_by"])


def _listed(each: Assistance) -> dict[str, Any]:
    return {"kind": each.kind, "given_on": each.given_on.isoformat(), "gross_pence": each.gross_pence}
