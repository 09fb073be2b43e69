"""Loads what an address of the office names: a round by its reference, a bid, an assessment."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Fund, Round
from fundapp.queries import assessments, progress


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
    found = db.session.scalars(
        select(Application)
        .where(Application.reference == ref, Application.state != "draft")
        .options(
            joinedload(Application.organisation),
            joinedload(Application.lead),
            joinedload(Application.round).joinedload(Round.fund).defer(Fund.definition),
            joinedload(Application.round).joinedload(Round.form_version),
            # Not joined: the form and the terms would come, and be read, once for each criterion.
            joinedload(Application.round).selectinload(Round.criteria),
        )
    )
    return found.unique().one_or_none()


def the_assessment(number: int) -> Assessment | None:
    """The assessment of this number."""
    return assessments.by_id(number)
