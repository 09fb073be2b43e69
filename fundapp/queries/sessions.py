"""Finds the signed-in browser behind a cookie, and lists the browsers of a person."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.people import LoginSession, Person


def digest(token: str) -> str:
    """What is kept of a random secret: its SHA-256, from which nobody can find the secret again."""
    return hashlib.sha256(token.encode()).hexdigest()


def behind(token: str) -> tuple[LoginSession, datetime] | None:
    """The unended session of this token with its person, their roles and the time: one statement."""
    found = (
        db.session.execute(
            select(LoginSession, func.fundapp_now())
            .where(LoginSession.token_hash == digest(token), LoginSession.ended_at.is_(None))
            .options(joinedload(LoginSession.person).joinedload(Person.live_grants))
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        return None
    session, now = found
    clock.remember(now)
    return session, now


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
