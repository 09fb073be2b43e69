"""Whom a command acts for: somebody named by their address, or the people who may do a thing at all."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fundapp.extensions import db
from fundapp.models.people import Person, RoleGrant
from workflows.actors import GRANTS, Permission

MOST = 50


def named(email: str) -> Person | None:
    """The active person with this address."""
    return db.session.scalar(
        select(Person)
        .where(Person.email == email, Person.is_active)
        .options(selectinload(Person.live_grants))
    )


def able_to(permission: Permission) -> Sequence[Person]:
    """The active people whose roles grant a permission, those longest here first, at most 50."""
    roles = [role.value for role, granted in GRANTS.items() if permission in granted]
    holding = select(RoleGrant.person_id).where(RoleGrant.role.in_(roles), RoleGrant.ended_at.is_(None))
    return db.session.scalars(
        select(Person)
        .where(Person.id.in_(holding), Person.is_active)
        .options(selectinload(Person.live_grants))
        .order_by(Person.id)
        .limit(MOST)
    ).all()
