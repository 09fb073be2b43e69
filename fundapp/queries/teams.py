"""Who takes part in a bid, who is asked to, and whether its lead is being handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.organisations import Membership
from fundapp.models.people import OneTimeLink, Person
from fundapp.models.teams import BidMember, LeadOffer
from workflows.team import Part

MOST = 100


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the team; `acts_for_it` says that they act for the organisation as well."""

    person_id: int
    name: str
    email: str
    part: Part
    since: datetime
    acts_for_it: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody who was asked and has not joined yet."""

    id: int
    email: str
    part: Part
    expires_at: datetime


def team_of(bid: Application) -> Sequence[Member]:
    """Everybody who takes part now, the lead first, in one statement."""
    in_team = and_(
        BidMember.person_id == Person.id, BidMember.application_id == bid.id, BidMember.ended_at.is_(None)
    )
    acting = and_(
        Membership.person_id == Person.id,
        Membership.organisation_id == bid.organisation_id,
        Membership.ended_at.is_(None),
    )
    leads = Person.id == bid.lead_id
    since = func.coalesce(BidMember.since, Membership.since, bid.created_at)
    found = db.session.execute(
        select(Person.id, Person.name, Person.email, BidMember.part, since, Membership.id)
        .outerjoin(BidMember, in_team)
        .outerjoin(Membership, acting)
        .where(or_(leads, and_(Person.is_active, or_(BidMember.id.is_not(None), Membership.id.is_not(None)))))
        .order_by(leads.desc(), since, Person.id)
        .limit(MOST)
    )
    return [
        Member(
            person_id,
            name,
            email,
            Part.LEAD if person_id == bid.lead_id else Part(part or Part.WRITER),
            since,
            acts is not None,
        )
        for person_id, name, email, part, since, acts in found
    ]


def invitations_of(bid_id: int) -> Sequence[Invitation]:
    """The invitations that still work, the oldest first."""
    found = db.session.scalars(
        select(OneTimeLink)
        .where(
            OneTimeLink.application_id == bid_id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        )
        .order_by(OneTimeLink.id)
        .limit(MOST)
    )
    return [Invitation(link.id, link.email, Part(link.payload["part"]), link.expires_at) for link in found]


def bid_of(link: OneTimeLink) -> Application:
    """The bid an invitation is for, with its organisation."""
    return db.session.get_one(
        Application, link.application_id, options=(joinedload(Application.organisation),)
    )


def has_account(email: str) -> bool:
    """Whether an address belongs to an account; only for whoever has shown that the address is theirs."""
    return db.session.scalar(select(Person.id).where(Person.email == email)) is not None


def open_offer(bid_id: int) -> LeadOffer | None:
    """The lead as it is offered to somebody, with their name; nothing while it is not."""
    return db.session.scalar(
        select(LeadOffer)
        .where(LeadOffer.application_id == bid_id, LeadOffer.ended_at.is_(None))
        .options(joinedload(LeadOffer.to))
    )
