"""Closes the marking of a bid by its scores, and settles the bids whose scores disagree."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.models.people import Person
from fundapp.queries.parts import parts_of
from fundapp.services import casework, scores
from fundapp.services.scores import Standing
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.cases import MODERATION_OUTCOME, PARTS, REASON
from workflows.machine import Blocked, Blocker, Facts
from workflows.rules.scoring import stored
from workflows.stages.moderation import READING_AGAIN

MOST_AT_ONCE = 500


@transaction()
def close_marking(bid: Application, actor: Person) -> Application:
    """Close the assessment of a bid: its scores alone say where it goes.

    In order: score and spread are worked out from the assessments that count and kept on the bid; it
    is recommended, not recommended, or sent to moderation; the event keeps the figures.
    """
    _close(bid, scores.standing(bid), actor)
    return bid


@transaction()
def close_all(call: Round, actor: Person) -> int:
    """Close the marking of every bid of a round that is fully read, at most 500 a time; say how many."""
    closed = 0
    for bid in _in_assessment(call):
        standing = scores.standing(bid)
        if not casework.blockers(bid, closing_action(bid, standing), actor, standing.facts):
            _close(bid, standing, actor)
            closed += 1
    return closed


@transaction()
def ask_to_set_aside(assessment: Assessment, actor: Person, *, reason: str) -> Assessment:
    """Ask that a score be set aside while its bid is moderated; it takes somebody else to settle it so."""
    lock(assessment)
    bid = assessment.application
    if Permission.MODERATION_DECIDE not in held_by(actor, bid):
        raise Blocked((Blocker("not_permitted", "You may not moderate this bid."),))
    if bid.state != "in_moderation" or not scores.counts(assessment):
        raise Blocked((Blocker("wrong_state", "Only a counting score of a bid in moderation is set aside."),))
    if not reason.strip():
        raise Blocked((Blocker("reason_missing", "Write the reason in a sentence."),))
    assessment.set_aside_reason = reason
    assessment.set_aside_by_id = actor.id
    casework.note(
        "assessment", assessment.id, "ask_to_set_aside", actor,
        recorded={"application_id": bid.id}, personal={"reason": reason},
    )  # fmt: skip
    return assessment


@transaction()
def settle(bid: Application, actor: Person, *, outcome: str, reason: str) -> Application:
    """Settle a moderated bid: its scores stand, one is set aside, or it is read again.

    In order: scores asked to be set aside by somebody else leave every figure; score and spread are
    worked out again; the bid is recommended or not by what remains, or goes back for another reading;
    the event keeps outcome and figures. Nothing is deleted.
    """
    if outcome == "set_aside":
        _set_aside(bid, actor)
    standing = scores.standing(bid)
    action = settling_action(outcome, standing)
    casework.advance(
        bid, action, actor, facts=settling_facts(bid, outcome, reason, standing),
        recorded={"outcome": outcome, **_figures(standing)}, personal={"reason": reason},
    )  # fmt: skip
    scores.write_figures(bid, standing.verdict)
    bid.is_recommended = None if outcome in READING_AGAIN else standing.verdict.meets_threshold
    return bid


def closing_action(bid: Application, standing: Standing) -> str:
    """The step that closes this bid's marking; a pathway without moderation goes by the score alone."""
    action = standing.verdict.action
    machine = casework.machine_of(bid)
    if action == "moderate" and machine.transition("in_assessment", action) is None:
        return "recommend" if standing.verdict.meets_threshold else "not_recommend"
    return action


def settling_action(outcome: str, standing: Standing) -> str:
    """The step that an outcome of moderation means for a bid with these scores."""
    if outcome in READING_AGAIN:
        return "read_again"
    return "settle_recommended" if standing.verdict.meets_threshold else "settle_not_recommended"


def settling_facts(bid: Application, outcome: str, reason: str, standing: Standing) -> Facts:
    """What the guards of moderation read."""
    return {
        PARTS.key: parts_of(bid.id),
        MODERATION_OUTCOME.key: outcome,
        REASON.key: reason,
        **standing.facts,
    }


def _close(bid: Application, standing: Standing, actor: Person) -> None:
    action = closing_action(bid, standing)
    casework.advance(bid, action, actor, facts=standing.facts, recorded=_figures(standing))
    scores.write_figures(bid, standing.verdict)
    bid.is_recommended = None if action == "moderate" else standing.verdict.meets_threshold


def _set_aside(bid: Application, actor: Person) -> None:
    asked = db.session.scalars(
        select(Assessment).where(
            Assessment.application_id == bid.id,
            Assessment.set_aside_reason.is_not(None),
            Assessment.set_aside_at.is_(None),
        )
    ).all()
    if not asked:
        raise Blocked((Blocker("nothing_asked", "Nobody has asked to set a score aside."),))
    if any(each.set_aside_by_id == actor.id for each in asked):
        raise Blocked((Blocker("same_person", "You asked for it, so somebody else must settle it."),))
    for each in asked:
        each.set_aside_at = clock.now()
    db.session.flush()


def _figures(standing: Standing) -> dict[str, str | int | None]:
    verdict = standing.verdict
    return {
        "score": None if verdict.score is None else str(stored(verdict.score)),
        "spread": str(stored(verdict.spread)),
        "assessments": standing.submitted,
    }


def _in_assessment(call: Round) -> Sequence[Application]:
    return db.session.scalars(
        select(Application)
        .where(Application.round_id == call.id, Application.state == "in_assessment")
        .options(joinedload(Application.round).selectinload(Round.criteria))
        .order_by(Application.id)
        .limit(MOST_AT_ONCE)
    ).all()
