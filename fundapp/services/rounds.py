"""A round after its close: all its bids are assessed, then all of them are decided."""

from sqlalchemy import and_, func, or_, select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.services import casework
from fundapp.transaction import transaction
from workflows.cases import BIDS_UNASSESSED, BIDS_UNDECIDED
from workflows.machine import Blocker

UNASSESSED = frozenset({"submitted", "clarification", "in_triage", "in_assessment", "in_moderation"})
UNDECIDED = frozenset(
    {
        "recommended",
        "not_recommended",
        "at_board",
        "deferred",
        "board_recommended",
        "awaiting_decision",
        "sent_back",
    }
)


@transaction()
def mark_assessed(call: Round, actor: Person) -> Round:
    """Say that every bid of a closed round is assessed; refused while one is not."""
    casework.advance(call, "mark_assessed", actor, facts=_facts_of_marking(call))
    return call


@transaction()
def mark_decided(call: Round, actor: Person) -> Round:
    """Say that every bid of a round is decided; refused while one is not."""
    casework.advance(call, "mark_decided", actor, facts=_facts_of_marking(call))
    return call


def marking_blockers(
    call: Round, action: str, actor: Person, unassessed: int, undecided: int
) -> tuple[Blocker, ...]:
    """Why this person may not take one of these two steps now; empty when they may.

    The caller says how many bids are not assessed, and how many have no decision.
    """
    facts = {BIDS_UNASSESSED.key: unassessed, BIDS_UNDECIDED.key: undecided}
    return casework.blockers(call, action, actor, facts)


def _facts_of_marking(call: Round) -> dict[str, object]:
    """How many bids are not yet assessed, or have no decision, in one statement.

    A draft whose own later close is still ahead of it is neither.
    """
    coming = and_(Application.state == "draft", Application.extended_to > clock.now())
    unassessed = or_(Application.state.in_(UNASSESSED), coming)
    undecided = or_(Application.state.in_(UNASSESSED | UNDECIDED), coming)
    counted = select(func.count().filter(unassessed), func.count().filter(undecided))
    row = db.session.execute(counted.select_from(Application).where(Application.round_id == call.id)).one()
    return {BIDS_UNASSESSED.key: row[0], BIDS_UNDECIDED.key: row[1]}
