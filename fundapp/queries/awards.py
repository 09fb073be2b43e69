"""Awards and their claims as the office, finance and the demonstration look them up."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.models.funds import Round


def of_round(round_id: int) -> Sequence[Award]:
    """The awards of a round, in the order they were made."""
    return db.session.scalars(
        select(Award)
        .join(Award.application)
        .where(Application.round_id == round_id)
        .options(joinedload(Award.application).joinedload(Application.organisation))
        .order_by(Award.id)
    ).all()


def claims_of(award_id: int) -> Sequence[Claim]:
    """The claims of an award, in order."""
    return db.session.scalars(select(Claim).where(Claim.award_id == award_id).order_by(Claim.number)).all()


def by_reference(reference: str) -> Award | None:
    """An award with its bid, organisation, round, fund and conditions, in one statement."""
    found = db.session.scalars(
        select(Award)
        .where(Award.reference == reference)
        .options(
            joinedload(Award.application).options(
                joinedload(Application.organisation),
                joinedload(Application.lead),
                joinedload(Application.round).joinedload(Round.fund),
            ),
            joinedload(Award.conditions),
        )
    )
    return found.unique().one_or_none()
