"""Opens, keeps alive and ends signed-in browsers; an ended one is dead for every process at once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.installed import settings
from fundapp.models.people import LoginSession, Person
from fundapp.queries.sessions import digest
from fundapp.transaction import transaction

TOKEN_BYTES = 32
LONGEST_BROWSER = 60


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from: the network address and the browser's name in words."""

    address: str
    name: str


def begin(person: Person, browser: Browser, *, second_factor: bool = False) -> str:
    """File a new session in the caller's transaction and return its secret, which is kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    db.session.add(
        LoginSession(
            token_hash=digest(token),
            person_id=person.id,
            csrf=secrets.token_hex(TOKEN_BYTES),
            started_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings().session_hours),
            second_factor_at=now if second_factor else None,
            address_hash=vault.digest("address", browser.address),
            browser=browser.name[:LONGEST_BROWSER],
            kept={},
        )
    )
    return token


def end_all(person_id: int, *, but: int | None = None) -> None:
    """End every session of a person in the caller's transaction, except perhaps the one in use."""
    db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (but or 0),
        )
        .values(ended_at=clock.now())
    )


@transaction()
def end(session_id: int, *, person_id: int) -> bool:
    """End one session of this person; False when there is no such session."""
    found = db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.id == session_id,
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
        .returning(LoginSession.id)
    )
    return found.scalar_one_or_none() is not None


@transaction()
def remember(session_id: int, kept: Mapping[str, Any]) -> None:
    """Note that the session was used now, and what its next page must say."""
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
        .values(last_seen_at=clock.now(), kept=dict(kept))
    )
