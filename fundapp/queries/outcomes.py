"""The outcome of one bid as its own people look it up: the award, and the words of the decision."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.decisions import Decision
from fundapp.models.events import Event, EventPersonal
from fundapp.models.funds import Round
from workflows.rules.release import is_released

UNSAID = "It did not meet every eligibility check of the round."


def award_of(reference: str) -> Award | None:
    """The award of a bid, once its decision may be known outside."""
    award = db.session.scalars(
        select(Award)
        .join(Award.application)
        .where(Application.reference == reference)
        .options(
            joinedload(Award.application).options(
                joinedload(Application.organisation),
                joinedload(Application.lead),
                joinedload(Application.round).joinedload(Round.fund),
            )
        )
    ).one_or_none()
    if award is None or not is_released(award.application.decision_release_at, clock.now()):
        return None
    return award


def award_on(application_id: int) -> Award | None:
    """The award of a bid, whether it may be known or not."""
    return db.session.scalars(select(Award).where(Award.application_id == application_id)).one_or_none()


def awards_on(application_ids: Sequence[int]) -> Mapping[int, Award]:
    """The awards of several bids by bid, whether they may be known or not; bids without one are absent."""
    if not application_ids:
        return {}
    found = db.session.scalars(select(Award).where(Award.application_id.in_(application_ids)))
    return {award.application_id: award for award in found}


def reason_for(bid: Application) -> str:
    """Why the bid was decided as it was, in the words of whoever decided."""
    decision = db.session.scalars(
        select(Decision).where(Decision.application_id == bid.id).order_by(Decision.id.desc()).limit(1)
    ).first()
    return decision.reason if decision else _why_ineligible(bid)


def why_ended(award: Award) -> str:
    """Why an award is where it is, in the words of whoever took it there; nothing where none were given."""
    said = db.session.scalar(
        select(EventPersonal.body)
        .join(Event, Event.id == EventPersonal.event_id)
        .where(Event.case_kind == Award.case_kind, Event.case_id == award.id, Event.target == award.state)
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return str(said.get("reason") or "") if said else ""


def _why_ineligible(bid: Application) -> str:
    said = db.session.scalar(
        select(EventPersonal.body)
        .join(Event, Event.id == EventPersonal.event_id)
        .where(
            Event.case_kind == Application.case_kind,
            Event.case_id == bid.id,
            Event.action == "find_ineligible",
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return str(said.get("reason") or UNSAID) if said else UNSAID
