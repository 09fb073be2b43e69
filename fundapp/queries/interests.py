"""What somebody who assesses has declared: ties to companies ahead of any bid, and conflicts with bids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, Interest
from fundapp.models.organisations import Organisation

MOST = 200


@dataclass(frozen=True, slots=True)
class OwnConflict:
    """A conflict somebody declared with one bid they were asked to read."""

    reference: str
    title: str
    organisation: str
    declared_at: datetime


def ties_of(person_id: int) -> Sequence[Interest]:
    """The companies somebody declared a tie to, the latest first."""
    return db.session.scalars(
        select(Interest)
        .where(Interest.person_id == person_id)
        .order_by(Interest.declared_at.desc(), Interest.id.desc())
        .limit(MOST)
    ).all()


def conflicts_of(person_id: int) -> Sequence[OwnConflict]:
    """The bids somebody declared a conflict with, the latest first."""
    statement: Select[*tuple[Any, ...]] = (
        select(Application.reference, Application.title, Organisation.name, Assessment.conflict_at)
        .join(Assessment.application)
        .join(Application.organisation)
        .where(Assessment.assessor_id == person_id, Assessment.conflict_at.is_not(None))
        .order_by(Assessment.conflict_at.desc(), Assessment.id.desc())
        .limit(MOST)
    )
    return [OwnConflict(*row) for row in db.session.execute(statement)]
