"""Makes links that work once and for a short while, and takes them back when they are used."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from fundapp import clock
from fundapp.extensions import db
from fundapp.installed import settings
from fundapp.models.people import OneTimeLink, Person, Purpose
from fundapp.queries.sessions import digest

TOKEN_BYTES = 32
TEAM_DAYS = 14
NO_PAYLOAD: Mapping[str, Any] = {}


class SpentLink(Exception):
    """The link was used before, is too old, or was never ours."""


def make(
    purpose: Purpose,
    email: str,
    person: Person | None,
    payload: Mapping[str, Any] = NO_PAYLOAD,
    bid_id: int | None = None,
) -> str:
    """File a link in the caller's transaction and return its address.

    Earlier ones of its kind to this address stop; those to the team of a bid only when it is the same bid.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = clock.now()
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.email == email,
            OneTimeLink.purpose == purpose,
            OneTimeLink.application_id.is_not_distinct_from(bid_id),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
    db.session.add(
        OneTimeLink(
            token_hash=digest(token),
            purpose=purpose,
            person_id=person.id if person else None,
            application_id=bid_id,
            email=email,
            payload=dict(payload),
            created_at=now,
            expires_at=now + _life(purpose),
        )
    )
    return f"{settings().base_url}/account/link/{token}"


def leading(onward: str) -> Mapping[str, Any]:
    """What a link holds of the page its owner was on the way to, if there was one."""
    return {"next": onward} if onward else {}


def use(token: str, *purposes: Purpose) -> OneTimeLink:
    """Spend a link in the caller's transaction, or raise `SpentLink`; of two at once, one gets it."""
    statement = select(OneTimeLink).where(OneTimeLink.token_hash == digest(token)).with_for_update()
    link = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if link is None or link.purpose not in purposes or not _works(link):
        raise SpentLink
    link.used_at = clock.now()
    return link


def look(token: str) -> OneTimeLink | None:
    """A link that still works, without spending it, for the page that asks before it does."""
    link = any_of(token)
    return link if link is not None and _works(link) else None


def any_of(token: str) -> OneTimeLink | None:
    """A link of ours even when it no longer works, so that a fresh one can be sent to its address."""
    return db.session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == digest(token)))


def _works(link: OneTimeLink) -> bool:
    return link.used_at is None and clock.now() < link.expires_at


def _life(purpose: Purpose) -> timedelta:
    if purpose == "team":
        return timedelta(days=TEAM_DAYS)
    if purpose == "invite":
        return timedelta(hours=settings().invitation_hours)
    return timedelta(minutes=settings().link_minutes)
