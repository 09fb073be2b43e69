"""What the administrators' list of people shows, one page at a time, by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import selectinload

from fundapp.extensions import db
from fundapp.models.people import Person, RoleGrant
from workflows.actors import Role
from workflows.rules.identifiers import name_key

PAGE_SIZE = 50
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people: whose name or address holds this text, who hold this role."""

    text: str = ""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some people by name, and the id of the last one when there are more."""

    rows: Sequence[Person]
    last: int | None


def page(wanted: Wanted, after: int | None = None) -> Page:
    """The people who come after this one by name, with their roles, in two statements."""
    statement = select(Person).options(selectinload(Person.live_grants))
    if text := wanted.text.strip()[:LONGEST_SEARCH]:
        statement = statement.where(
            or_(
                Person.name_key.contains(name_key(text), autoescape=True),
                Person.email.contains(text.lower(), autoescape=True),
            )
        )
    if wanted.role is not None:
        held = select(RoleGrant.person_id).where(RoleGrant.role == wanted.role, RoleGrant.ended_at.is_(None))
        statement = statement.where(Person.id.in_(held))
    if after is not None:
        cursor = select(Person.name_key, Person.id).where(Person.id == after)
        statement = statement.where(tuple_(Person.name_key, Person.id) > cursor.scalar_subquery())
    rows = db.session.scalars(statement.order_by(Person.name_key, Person.id).limit(PAGE_SIZE + 1)).all()
    shown = rows[:PAGE_SIZE]
    return Page(shown, shown[-1].id if len(rows) > PAGE_SIZE else None)


def by_id(number: int) -> Person | None:
    """The person with this id."""
    return db.session.get(Person, number)


def grants_of(person_id: int) -> Sequence[RoleGrant]:
    """Every role a person has held, the latest first."""
    return db.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.granted_at.desc(), RoleGrant.id.desc())
        .limit(100)
    ).all()
