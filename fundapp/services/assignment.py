"""Shares a round's bids out among assessors: a proposal to look at and edit, then the invitations."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.methods import assignment
from fundapp.methods.assignment import Proposal
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import assessments as queries
from fundapp.queries import conflicts
from fundapp.services import casework, readings, scores
from fundapp.services.assessment import invitation_facts
from fundapp.transaction import transaction

MOST_BIDS = 500
MOST_INVITATIONS = 1_500


@transaction()
def propose(call: Round, actor: Person, *, most: int | None = None) -> Proposal:
    """Propose readers for every bid of the round that lacks some; nobody is asked yet.

    In order: the least loaded assessors without a conflict found are chosen, the hardest bids first;
    each pair becomes a proposed assessment that an officer can take out again. The answer says which
    bids still lack readers.
    """
    bids = {bid.id: bid for bid in _in_assessment(call)}
    people = {person.id: person for person in queries.assessors()}
    taken = _taken(list(bids))
    needed = _needed(call, bids, taken)
    found = conflicts.between(list(people), list(needed))
    load = queries.load_of_round(call.id)
    proposal = assignment.propose(
        needed,
        {person_id: load.get(person_id, 0) for person_id in people},
        forbidden=set(found),
        taken={(each.application_id, each.assessor_id) for each in taken},
        most=most,
    )
    for bid_id, person_id in proposal.pairs:
        readings.propose(bids[bid_id], people[person_id], actor, None, found=())
    return proposal


@transaction()
def invite_all(call: Round, actor: Person) -> int:
    """Ask every proposed assessor of a round whom no conflict stops; say how many were asked."""
    asked = 0
    for proposed in _proposed(call):
        facts = invitation_facts(proposed)
        if not casework.blockers(proposed, "invite", actor, facts):
            casework.advance(proposed, "invite", actor, facts=facts)
            asked += 1
    return asked


def _in_assessment(call: Round) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .where(Application.round_id == call.id, Application.state == "in_assessment")
        .options(joinedload(Application.round))
        .order_by(Application.id)
        .limit(MOST_BIDS)
    ).all()


def _taken(bid_ids: Sequence[int]) -> Sequence[Assessment]:
    return db.session.scalars(select(Assessment).where(Assessment.application_id.in_(bid_ids))).all()


def _needed(call: Round, bids: dict[int, Application], taken: Sequence[Assessment]) -> dict[int, int]:
    wanted = scores.assessment_terms(call).assessors_per_bid
    live = Counter(each.application_id for each in taken if each.state not in queries.NOT_COUNTED)
    return {bid_id: wanted - live[bid_id] for bid_id in bids if live[bid_id] < wanted}


def _proposed(call: Round) -> Sequence[Assessment]:
    return db.session.scalars(
        select(Assessment)
        .join(Assessment.application)
        .where(Application.round_id == call.id, Assessment.state == "proposed")
        .order_by(Assessment.id)
        .limit(MOST_INVITATIONS)
    ).all()
