"""Lets somebody act for an organisation that others act for: they ask, and one of its people answers.

Where its people do not answer, or are not who they say, the office answers in their place.
"""

from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.organisations import MembershipRequest, Organisation
from fundapp.models.people import Person
from fundapp.queries import recipients
from fundapp.queries.recipients import Recipient
from fundapp.services import casework, notices, organisations, tries
from fundapp.services.tries import Count
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker

KIND = Organisation.case_kind
MOST_IN_AN_HOUR = 20
THERE = Blocker("there_already", "You act for this organisation already.", "Choose it in the list.")
ANSWERED = Blocker("answered_already", "This request has been answered already.")


@transaction()
def ask(organisation: Organisation, person: Person) -> MembershipRequest:
    """Ask the people of an organisation to let somebody act for it.

    In order: whoever acts for it already needs nothing; a request still open is the same request; it
    counts against what one person may ask in an hour (`TooManyTries`); it is filed with an event; each of
    its people and the office are told by mail.
    """
    lock(organisation)
    members = organisations.members_of(organisation.id)
    if any(member.person_id == person.id for member in members):
        raise Blocked((THERE,))
    known = _open(organisation, person)
    if known is not None:
        return known
    tries.spend([Count("ask-to-join", str(person.id), MOST_IN_AN_HOUR)])
    request = MembershipRequest(organisation_id=organisation.id, person_id=person.id, asked_at=clock.now())
    db.session.add(request)
    db.session.flush()
    casework.note(KIND, organisation.id, "ask_to_join", person, recorded={"person_id": person.id})
    for member in members:
        _tell(request, member.person, "join_asked", f"/organisations/{organisation.id}")
    for officer in recipients.holders("office"):
        _tell(request, officer, "join_asked_office", "/office/joining")
    return request


@transaction()
def answer(request: MembershipRequest, actor: Person, *, lets_in: bool) -> None:
    """Let somebody act for an organisation, or not.

    In order: only its people and the office may; a request is answered once; let in, the person acts for
    it and writes in its bids; an event says who answered what; the person is told by mail.
    """
    organisation = request.organisation
    lock(organisation)
    if Permission.BID_TRIAGE not in held_by(actor):
        organisations.insist_member(organisation, actor)
    lock(request)
    if request.answered_at is not None:
        raise Blocked((ANSWERED,))
    request.answered_at, request.answered_by_id, request.let_in = clock.now(), actor.id, lets_in
    action = "let_in" if lets_in else "not_let_in"
    casework.note(KIND, organisation.id, action, actor, recorded={"person_id": request.person_id})
    if lets_in:
        organisations.enrol(organisation, request.person, actor)
    _tell(request, request.person, "joined" if lets_in else "not_let_in", "/bids")


def _open(organisation: Organisation, person: Person) -> MembershipRequest | None:
    return db.session.scalar(
        select(MembershipRequest).where(
            MembershipRequest.organisation_id == organisation.id,
            MembershipRequest.person_id == person.id,
            MembershipRequest.answered_at.is_(None),
        )
    )


def _tell(request: MembershipRequest, person: Person, message: str, path: str) -> None:
    words = {
        "name": person.name,
        "who": request.person.name,
        "address": request.person.email,
        "organisation": request.organisation.name,
        "number": request.organisation.company_number or "",
        "link": settings().base_url + path,
    }
    notices.write(
        f"{KIND}:{request.organisation_id}:{message}:{request.id}:{person.id}",
        Recipient(person.id, person.name, person.email),
        notices.render(f"organisation/{message}", words),
        case=(KIND, request.organisation_id),
    )
