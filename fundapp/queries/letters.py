"""Letters as the office and their readers look them up."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.letters import Letter, LetterRelease, LetterVoid

OFFERS = ("offer_of_grant", "offer_of_investment")


def offer_letter(award_id: int) -> Letter | None:
    """The award's offer letter that counts: the newest one that is not void."""
    return db.session.scalars(
        select(Letter)
        .outerjoin(LetterVoid)
        .where(Letter.award_id == award_id, Letter.kind.in_(OFFERS), LetterVoid.id.is_(None))
        .order_by(Letter.id.desc())
        .limit(1)
    ).first()


def visible_letters(application_id: int, now: object) -> Sequence[Letter]:
    """The letters on a bid that its reader may see now, oldest first."""
    return db.session.scalars(
        select(Letter)
        .join(LetterRelease)
        .where(Letter.application_id == application_id, LetterRelease.visible_from <= now)
        .options(joinedload(Letter.release), joinedload(Letter.void), joinedload(Letter.acceptance))
        .order_by(Letter.id)
    ).all()


def by_code(code: str) -> Letter | None:
    """A letter by the code printed on it, with all that became of it."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.code == code)
        .options(joinedload(Letter.release), joinedload(Letter.void), joinedload(Letter.acceptance))
    ).first()


def unreleased_declines(round_id: int) -> Sequence[Letter]:
    """The declines of a round that nobody has released yet, oldest first."""
    return db.session.scalars(
        select(Letter)
        .join(Application, Application.id == Letter.application_id)
        .outerjoin(LetterRelease)
        .where(Application.round_id == round_id, Letter.kind == "decline", LetterRelease.id.is_(None))
        .order_by(Letter.id)
    ).all()
