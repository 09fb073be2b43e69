"""Loads what an address of the office names: a round by its reference, a bid, an assessment."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.queries import assessments, progress

_CALL = joinedload(Application.round)
_BID = (
    select(Application)
    .where(Application.reference == bindparam("ref"), Application.state != "draft")
    .options(
        joinedload(Application.organisation),
        joinedload(Application.lead),
        _CALL.joinedload(Round.fund),
        _CALL.joinedload(Round.form_version),
        _CALL.joinedload(Round.criteria),
    )
)


def the_round(ref: str) -> Round | None:
    """The round of this reference, once it is past its set-up."""
    return progress.named(ref)


def the_round_with_budget(ref: str) -> Round | None:
    """The same with its budget."""
    return progress.with_budget(ref)


def the_whole_round(ref: str) -> Round | None:
    """The same with its criteria too."""
    return progress.by_ref(ref)


def the_bid(ref: str) -> Application | None:
    """The bid of this reference, once it was sent in."""
    return db.session.scalars(_BID, {"ref": ref}).unique().one_or_none()


def the_assessment(number: int) -> Assessment | None:
    """The assessment of this number."""
    return assessments.by_id(number)
