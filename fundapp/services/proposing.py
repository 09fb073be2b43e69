"""Tells the office that a round should close later: the service could not be used before its close."""

from datetime import datetime

from sqlalchemy import select

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.models.funds import Round
from fundapp.outbox import Promise
from fundapp.queries import outages
from fundapp.queries.outages import Proposal
from fundapp.services import extending, notices
from workflows.rules.outages import BEFORE_CLOSE

MESSAGE = "extension_proposed"


def propose_by_clock(_period: datetime) -> None:
    """Promise the officers a mail for each later close the record asks for; a longer one is another.

    The close stays where it is until somebody of the office moves it. A round whose bids somebody has
    begun to look into is left alone: its close cannot be moved any more.
    """
    soon = select(Round).where(Round.state == "published", Round.closes_at <= clock.now() + BEFORE_CLOSE)
    found = outages.proposals(db.session.scalars(soon).all())
    outbox.stage_all([_promise(each) for each in found.values() if not extending.taken_up(each.call)])


def _promise(proposal: Proposal) -> Promise:
    call = proposal.call
    key = f"proposal:{call.id}:{proposal.to.isoformat()}"
    return notices.by_clock(key, "office", MESSAGE, (Round.case_kind, call.id))
