"""The team of a bid: people its lead invites, the part of each, and a lead that changes hands."""

from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by, part_in
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.applications import Application
from fundapp.models.people import OneTimeLink, Person
from fundapp.models.teams import BidMember, LeadOffer
from fundapp.queries.recipients import Recipient
from fundapp.services import account_mail, accounts, casework, links, notices, tries
from fundapp.services.accounts import SignedIn
from fundapp.services.sessions import Browser
from fundapp.services.tries import Count
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker
from workflows.team import MEANINGS, Part

NOT_LEAD = Blocker("not_permitted", "Only whoever leads the bid says who takes part.")
THERE = Blocker("there_already", "They take part in this bid already.", "Change their part in the list.")
NOT_THERE = Blocker("not_there", "They take no part in this bid.", "Invite them first.")
LEADS = Blocker("leads", "They lead this bid.", "Hand the lead over first.")
STAYS = Blocker(
    "acts_for_it",
    "They act for the organisation, and its people see all its bids.",
    "Let them read only.",
)
STAFF = Blocker(
    "staff",
    "This address belongs to somebody who works for the funds, and so takes no part in a bid.",
    "Ask to be invited at another address.",
)
PARTNERS = Blocker("for_a_partner", "They enter the costs of a partner.", "Remove the partner first.")
NO_OFFER = Blocker("no_offer", "The lead of this bid is not offered to you now.")


@transaction()
def invite(bid: Application, email: str, part: Part, actor: Person) -> None:
    """Ask somebody to take part in a bid.

    In order: only its lead may, and nobody who takes part already is asked; the mail counts against what
    one address is sent; an earlier invitation of theirs to this bid stops working; a link that works once
    is sent to that address and to no other; the bid's history says so, without the address.
    """
    lock(bid)
    write_invitation(bid, email, part, actor)


def write_invitation(
    bid: Application, email: str, part: Part, actor: Person, share_number: int | None = None
) -> None:
    """Do what `invite` does in the caller's transaction, which holds the bid; a partner's has its share."""
    insist_on_lead(bid, actor)
    person = _holder_of(email)
    if person is not None and part_in(person, bid) is not None:
        raise Blocked((THERE,))
    tries.spend([Count("mail-to", email, settings().registrations_per_address)])
    asked = {"part": part.value, "by": actor.name, "share": share_number}
    link = links.make("team", email, person, asked, bid.id)
    account_mail.write(
        "team",
        Recipient(person.id if person else None, person.name if person else email, email),
        link,
        by=actor.name,
        organisation=bid.organisation.name,
        title=bid.title,
        part=MEANINGS[part],
    )
    casework.note(
        Application.case_kind,
        bid.id,
        "invite",
        actor,
        recorded={"part": part.value},
        personal={"email": email},
    )


@transaction()
def stop_invitation(bid: Application, link_id: int, actor: Person) -> None:
    """Make an invitation that nobody has taken up worthless."""
    lock(bid)
    insist_on_lead(bid, actor)
    link = db.session.get(OneTimeLink, link_id)
    if link is None or link.application_id != bid.id:
        raise Blocked((NOT_THERE,))
    link.used_at = link.used_at or clock.now()


@transaction()
def join(token: str, browser: Browser, *, name: str = "", password: str = "") -> SignedIn:
    """Take up an invitation: the link shows that this is the address it was sent to.

    In order: the link is spent; an address without an account gets one with this name and password; the
    person gets the part, in this bid and no other; the bid's history says so; a session begins, which
    still owes the second factor where one is due. Raises `SpentLink`, `WeakPassword` and, for somebody
    who works for the funds, `Blocked`.
    """
    link = links.use(token, "team")
    bid = db.session.get_one(Application, link.application_id)
    lock(bid)
    person = accounts.owner_of_invitation(link, name, password)
    if person.is_staff:
        raise Blocked((STAFF,))
    part = Part(link.payload["part"])
    if part_in(person, bid) is None:
        _give(bid, person, part, by=bid.lead, share_number=link.payload.get("share"))
    return accounts.begin(person, browser)


@transaction()
def change_part(bid: Application, person_id: int, part: Part, actor: Person) -> None:
    """Give somebody of the team another part; the lead's own changes only by handing the lead over."""
    lock(bid)
    insist_on_lead(bid, actor)
    person = _colleague(bid, person_id)
    _end(bid, person)
    _give(bid, person, part, by=actor)


@transaction()
def remove(bid: Application, person_id: int, actor: Person) -> None:
    """End somebody's part in a bid, by its lead or by themselves; what they wrote stays."""
    lock(bid)
    if person_id != actor.id:
        insist_on_lead(bid, actor)
    person = _of_team(bid, person_id)
    if not _end(bid, person):
        raise Blocked((STAYS,))
    casework.note(Application.case_kind, bid.id, "leave_team", actor, recorded={"person_id": person.id})


@transaction()
def offer_lead(bid: Application, person_id: int, actor: Person) -> None:
    """Offer the lead to one of the team: the first of two confirmations.

    In order: an offer still open ends; the offer is filed; the other is told by mail. Nothing else changes
    until they take it.
    """
    lock(bid)
    insist_on_lead(bid, actor)
    person = _colleague(bid, person_id)
    _close_offer(bid, taken=False)
    db.session.add(
        LeadOffer(application_id=bid.id, from_id=bid.lead_id, to_id=person.id, offered_at=clock.now())
    )
    casework.note(Application.case_kind, bid.id, "offer_lead", actor, recorded={"person_id": person.id})
    _tell(bid, person, "lead_offered", by=actor.name)


@transaction()
def answer_offer(bid: Application, actor: Person, *, takes: bool) -> None:
    """Take the lead that was offered, or not: the second confirmation.

    In order: the offer ends; taken, the lead passes over in that instant, whoever had it writes on, and
    they are told by mail.
    """
    lock(bid)
    offer = _open_offer(bid)
    if offer is None or offer.to_id != actor.id:
        raise Blocked((NO_OFFER,))
    former = bid.lead
    _close_offer(bid, taken=takes)
    if takes:
        _end(bid, actor)
        bid.lead = actor
        db.session.flush()
        _give(bid, former, Part.WRITER, by=actor)
    action = "take_lead" if takes else "refuse_lead"
    casework.note(Application.case_kind, bid.id, action, actor, recorded={"person_id": actor.id})
    _tell(bid, former, "lead_taken" if takes else "lead_refused", by=actor.name)


@transaction()
def take_back_offer(bid: Application, actor: Person) -> None:
    """End an offer of the lead that has not been answered; the lead stays where it is."""
    lock(bid)
    insist_on_lead(bid, actor)
    _close_offer(bid, taken=False)


def insist_on_lead(bid: Application, actor: Person) -> None:
    """Raise `Blocked` unless this person leads the bid."""
    if Permission.BID_TEAM not in held_by(actor, bid):
        raise Blocked((NOT_LEAD,))


def _holder_of(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email, Person.is_active))


def _of_team(bid: Application, person_id: int) -> Person:
    """Somebody who takes part and does not lead; `Blocked` otherwise."""
    person = db.session.get(Person, person_id)
    part = part_in(person, bid) if person is not None and person.is_active else None
    if person is None or part is None:
        raise Blocked((NOT_THERE,))
    if person.id == bid.lead_id:
        raise Blocked((LEADS,))
    return person


def _colleague(bid: Application, person_id: int) -> Person:
    """Somebody of the team who is not there for a partner; `Blocked` otherwise."""
    person = _of_team(bid, person_id)
    if part_in(person, bid) is Part.PARTNER:
        raise Blocked((PARTNERS,))
    return person


def _give(
    bid: Application, person: Person, part: Part, *, by: Person, share_number: int | None = None
) -> None:
    db.session.add(
        BidMember(
            application_id=bid.id,
            person_id=person.id,
            part=part.value,
            share_number=share_number,
            since=clock.now(),
            invited_by_id=by.id,
        )
    )
    db.session.flush()
    recorded = {"person_id": person.id, "part": part.value}
    casework.note(Application.case_kind, bid.id, "join_team", person, recorded=recorded)


def _end(bid: Application, person: Person) -> bool:
    """End the part a row gives somebody; whether there was one."""
    row = db.session.scalar(
        select(BidMember).where(
            BidMember.application_id == bid.id, BidMember.person_id == person.id, BidMember.ended_at.is_(None)
        )
    )
    if row is None:
        return False
    row.ended_at = clock.now()
    db.session.flush()
    return True


def _open_offer(bid: Application) -> LeadOffer | None:
    return db.session.scalar(
        select(LeadOffer).where(LeadOffer.application_id == bid.id, LeadOffer.ended_at.is_(None))
    )


def _close_offer(bid: Application, *, taken: bool) -> None:
    offer = _open_offer(bid)
    if offer is not None:
        offer.ended_at, offer.taken = clock.now(), taken
        db.session.flush()


def _tell(bid: Application, person: Person, message: str, *, by: str) -> None:
    words = {
        "name": person.name,
        "by": by,
        "title": bid.title,
        "link": f"{settings().base_url}/bids/{bid.reference}/team",
    }
    notices.write(
        f"{Application.case_kind}:{bid.id}:{message}:{clock.now().isoformat()}:{person.id}",
        Recipient(person.id, person.name, person.email),
        notices.render(f"team/{message}", words),
        case=(Application.case_kind, bid.id),
    )
