"""Closes the marking of thousands of bids by their scores, a few statements for hundreds of them."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries import assessments
from fundapp.services import casework, moderation, scores
from fundapp.services.casework import Move
from fundapp.transaction import transaction
from workflows.machine import Request
from workflows.rules.scoring import Verdict, stored

AT_ONCE = 500


@transaction()
def close_some(call: Round, actor: Person) -> int:
    """Recommend, not recommend or send to moderation the next few hundred bids; say how many."""
    bids = db.session.scalars(
        select(Application)
        .where(Application.round_id == call.id, Application.state == "in_assessment")
        .options(joinedload(Application.round).selectinload(Round.criteria))
        .order_by(Application.id)
        .limit(AT_ONCE)
    ).all()
    readings = assessments.of_bids([bid.id for bid in bids])
    held = held_by(actor)
    closing: dict[str, list[tuple[Application, Move, Verdict]]] = defaultdict(list)
    for bid in bids:
        standing = scores.standing(bid, readings[bid.id])
        action, verdict = moderation.closing_action(bid, standing), standing.verdict
        recorded = {
            "score": None if verdict.score is None else str(stored(verdict.score)),
            "spread": str(stored(verdict.spread)),
            "assessments": standing.submitted,
        }
        move = Move(bid, Request(held, clock.now(), actor.id, standing.facts), recorded)
        closing[action].append((bid, move, verdict))
    for action, some in closing.items():
        casework.advance_all([move for _, move, _ in some], action, actor)
        for bid, _, verdict in some:
            scores.write_figures(bid, verdict)
            bid.is_recommended = None if action == "moderate" else verdict.meets_threshold
    return len(bids)
