"""Partner organisations of a bid: asked in by its lead, they enter their own costs and see nothing else."""

from sqlalchemy import func, select, update

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.costs import CostShare
from fundapp.models.people import OneTimeLink, Person
from fundapp.models.teams import BidMember
from fundapp.services import bids, casework, costs, teams
from fundapp.services.costs import LEAD
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.machine import Blocked, Blocker
from workflows.team import Part

MOST = 10
TOO_MANY = Blocker("too_many_partners", f"A bid has up to {MOST} partners.", "Remove one first.")
GONE = Blocker("no_such_partner", "This organisation is no partner of the bid now.")


@transaction()
def ask_in(bid: Application, name: str, email: str, actor: Person) -> CostShare:
    """Ask an organisation into a bid as a partner.

    In order: only the lead may, while the bid is written; a partner of that name is found rather than made
    twice; its share of the costs is opened; an invitation that works once goes to the address.
    """
    lock(bid)
    teams.insist_on_lead(bid, actor)
    bids.insist_writable(bid, actor, Permission.BID_TEAM)
    shares = [each for each in costs.shares_of(bid) if each.number != LEAD]
    share = next((each for each in shares if each.name == name), None)
    if share is None:
        if len(shares) == MOST:
            raise Blocked((TOO_MANY,))
        share = CostShare(
            application=bid,
            application_id=bid.id,
            number=_next_number(bid),
            name=name,
            version=0,
            created_at=clock.now(),
        )
        db.session.add(share)
        db.session.flush()
    teams.write_invitation(bid, email, Part.PARTNER, actor, share.number)
    return share


@transaction()
def remove(bid: Application, number: int, actor: Person) -> None:
    """Take a partner out of a bid.

    In order: only the lead may, while the bid is written; its costs no longer count, though they are kept;
    its people lose the bid, and its open invitations stop working; the bid's history says so.
    """
    lock(bid)
    teams.insist_on_lead(bid, actor)
    bids.insist_writable(bid, actor, Permission.BID_TEAM)
    share = costs.share_of(bid, number) if number != LEAD else None
    if share is None:
        raise Blocked((GONE,))
    share.ended_at = clock.now()
    _end_members(bid, number)
    _stop_invitations(bid, number)
    db.session.flush()
    costs.settle(bid, costs.shares_of(bid))
    casework.note(Application.case_kind, bid.id, "remove_partner", actor, recorded={"share": number})


def _next_number(bid: Application) -> int:
    highest = select(func.max(CostShare.number)).where(CostShare.application_id == bid.id)
    return (db.session.scalar(highest) or LEAD) + 1


def _end_members(bid: Application, number: int) -> None:
    db.session.execute(
        update(BidMember)
        .where(
            BidMember.application_id == bid.id,
            BidMember.share_number == number,
            BidMember.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )


def _stop_invitations(bid: Application, number: int) -> None:
    links = db.session.scalars(
        select(OneTimeLink).where(OneTimeLink.application_id == bid.id, OneTimeLink.used_at.is_(None))
    )
    for link in links:
        if link.payload.get("share") == number:
            link.used_at = clock.now()
