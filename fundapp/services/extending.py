"""Closes a round later, for everybody or for one bid, with a reason."""

from datetime import datetime

from sqlalchemy import delete, func, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.fingerprints import sha256_of
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.models.round_pages import PrintedForm
from fundapp.services import casework, funds
from fundapp.services.bids import BEING_WRITTEN
from fundapp.transaction import lock, transaction
from workflows.cases import BIDS_TAKEN_UP, NEW_CLOSE, REASON
from workflows.machine import Facts
from workflows.rules import schedule

NOT_TAKEN_UP = (*BEING_WRITTEN, "submitted", "withdrawn")


@transaction()
def for_all(call: Round, to: datetime, reason: str, actor: Person) -> Round:
    """Close a round later for everybody: a new version of its dates.

    In order: the round is locked and the rulebook judges (later, still ahead, before the release, no bid
    taken up); the event keeps both instants and the hash of the new version, and apart from it the reason,
    which everybody may read; the round takes the new instant and hash; its printed form is made anew; its
    followers and everybody with a bid are told. Raises `Blocked`.
    """
    lock(call)
    pinned = funds.pinned(call)
    pinned["dates"] |= {"closes_at": funds.fixed(to)}
    sha256 = sha256_of(pinned)
    casework.advance(
        call,
        "extend",
        actor,
        facts={**_facts(to, reason), BIDS_TAKEN_UP.key: taken_up(call)},
        recorded=_instants(call.closes_at, to) | {"terms_sha256": sha256},
        personal={"reason": reason},
        is_held=True,
    )
    call.closes_at, call.terms_sha256, call.extended_at = to, sha256, clock.now()
    db.session.execute(delete(PrintedForm).where(PrintedForm.round_id == call.id))
    return call


@transaction()
def for_one(bid: Application, to: datetime, reason: str, actor: Person) -> Application:
    """Give one bid a later close of its own.

    In order: the bid is locked and the rulebook judges (being written or received, later, still ahead,
    before the release); its event keeps both instants and, apart from it, the reason, which stays in the
    office; the bid takes its own close; its people are told. Raises `Blocked`.
    """
    lock(bid)
    casework.advance(
        bid,
        "extend",
        actor,
        facts=_facts(to, reason),
        recorded=_instants(schedule.closes(bid), to),
        personal={"reason": reason},
        is_held=True,
    )
    bid.extended_to = to
    return bid


def _facts(to: datetime, reason: str) -> Facts:
    return {NEW_CLOSE.key: to, REASON.key: reason}


def _instants(before: datetime | None, to: datetime) -> dict[str, str | None]:
    return {"from": before.isoformat() if before else None, "to": to.isoformat()}


def taken_up(call: Round) -> int:
    """How many bids of a round somebody in the office has begun to look into."""
    beyond = (Application.round_id == call.id, Application.state.not_in(NOT_TAKEN_UP))
    return db.session.scalar(select(func.count()).where(*beyond)) or 0
