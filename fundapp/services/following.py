"""Following a round by mail: an address asks, confirms it is its own, hears of changes, and stops."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.gateways import vault
from fundapp.installed import settings
from fundapp.models.funds import Round
from fundapp.models.round_pages import Follower
from fundapp.queries.recipients import READER, Recipient
from fundapp.queries.sessions import digest
from fundapp.services import notices, stopping, tries
from fundapp.services.links import TOKEN_BYTES, SpentLink
from fundapp.services.sessions import Browser
from fundapp.services.tries import Count
from fundapp.transaction import transaction

ASKED, KNOWN = "following/confirm", "following/known"


@transaction()
def ask(call: Round, email: str, browser: Browser) -> None:
    """Ask to hear of a round: the answer is the same whether or not the address follows it.

    In order: the try is counted against the network address and the mail address; whoever asked before
    and never confirmed is forgotten; an address that follows already is told so, any other is sent a
    link to confirm it, and an earlier one stops. Raises `TooManyTries`.
    """
    limit = settings().registrations_per_address
    tries.spend([Count("mail-from", browser.address, limit), Count("mail-to", email, limit)])
    now = clock.now()
    db.session.execute(delete(Follower).where(Follower.expires_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + timedelta(minutes=settings().link_minutes)
    link = {"link_hash": digest(token), "expires_at": expires_at}
    db.session.execute(
        insert(Follower)
        .values(round_id=call.id, email=email, asked_at=now, **link)
        .on_conflict_do_update(
            index_elements=["round_id", "email"], set_=link, where=Follower.confirmed_at.is_(None)
        )
    )
    _write(call, email, f"/follow/{token}")


@transaction()
def confirm(token: str) -> Round:
    """Follow the round that a link from a mail is about; raises `SpentLink` for one that is used or old."""
    follower = _asked(token, for_update=True)
    if follower is None:
        raise SpentLink
    follower.confirmed_at = clock.now()
    follower.link_hash = follower.expires_at = None
    return db.session.get_one(Round, follower.round_id)


@transaction()
def stop(token: str) -> bool:
    """Forget the follower a link is for; to stop twice is to have stopped. False for no link of ours."""
    follower_id = stopping.follower_of(token)
    if follower_id is None:
        return False
    db.session.execute(delete(Follower).where(Follower.id == follower_id))
    return True


def look(token: str) -> Round | None:
    """The round a link that still works is about, without using the link."""
    follower = _asked(token, for_update=False)
    return db.session.get(Round, follower.round_id) if follower else None


def _asked(token: str, *, for_update: bool) -> Follower | None:
    statement = select(Follower).where(Follower.link_hash == digest(token), Follower.expires_at > clock.now())
    return db.session.scalar(statement.with_for_update() if for_update else statement)


def _write(call: Round, email: str, path: str) -> None:
    """One mail either way, so that neither the answer nor its time tells who follows."""
    follower = db.session.execute(
        select(Follower.id, Follower.confirmed_at).where(
            Follower.round_id == call.id, Follower.email == email
        )
    ).one()
    stop = stopping.link_of(follower.id)
    words = {
        "name": READER,
        "round": call.title,
        "fund": call.fund.name,
        "minutes": str(settings().link_minutes),
        "link": f"{settings().base_url}{f'/rounds/{call.ref}' if follower.confirmed_at else path}",
        "stop": stop,
    }
    notices.write(
        f"following:{vault.fresh_text()}",
        Recipient(None, READER, email, follower.id),
        notices.render(KNOWN if follower.confirmed_at else ASKED, words),
        case=(Round.case_kind, call.id),
        stop_link=stop if follower.confirmed_at else None,
    )
