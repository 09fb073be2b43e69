"""Finds the signed-in browser behind a cookie, and lists the browsers of a person."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.installation import Installation
from fundapp.models.people import LoginSession, Person

# Every page of every signed-in person asks this, so the statement is made once.
_BEHIND = (
    select(LoginSession, func.fundapp_now(), select(Installation.is_demo).scalar_subquery())
    .where(LoginSession.token_hash == bindparam("digest"), LoginSession.ended_at.is_(None))
    .options(joinedload(LoginSession.person).joinedload(Person.live_grants))
)


@dataclass(frozen=True, slots=True)
class Found:
    """A session that has not been ended, what time it is, and whether this is a demonstration."""

    record: LoginSession
    now: datetime
    is_demo: bool


def digest(token: str) -> str:
    """What is kept of a random secret: its SHA-256, from which nobody can find the secret again."""
    return hashlib.sha256(token.encode()).hexdigest()


def behind(token: str) -> Found | None:
    """The unended session of this token with its person and their roles: one statement."""
    row = db.session.execute(_BEHIND, {"digest": digest(token)}).unique().one_or_none()
    if row is None:
        return None
    found = Found(row[0], row[1], bool(row[2]))
    clock.remember(found.now)
    return found


def open_of(person_id: int) -> Sequence[LoginSession]:
    """The browsers a person is signed in with, the latest used first."""
    return db.session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > func.fundapp_now(),
        )
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
        .limit(50)
    ).all()
