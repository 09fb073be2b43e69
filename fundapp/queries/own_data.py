"""Everything that is kept about one person, for that person: details, firms, bids, mails."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.messages import ACCOUNT_MAIL, Message
from fundapp.models.organisations import Membership
from fundapp.models.people import Person, RoleGrant
from fundapp.queries import bids, sessions
from workflows.pathways import pathway
from workflows.rules import release


def of(person: Person) -> dict[str, Any]:
    """All of it, as plain values; instants are ISO 8601 in UTC.

    A bid stands in the state its people may know of. Mails that sign somebody in keep their words to
    themselves, and no password or secret is ever shown.
    """
    return {
        "as_at": clock.now().isoformat(),
        "person": {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "organisation_name": person.organisation_name,
            "created_at": person.created_at.isoformat(),
            "has_password": person.password_hash is not None,
            "has_second_factor": person.has_second_factor,
        },
        "roles": list(_roles(person.id)),
        "organisations": list(_memberships(person.id)),
        "browsers": [
            {
                "browser": each.browser,
                "since": each.started_at.isoformat(),
                "seen": each.last_seen_at.isoformat(),
            }
            for each in sessions.open_of(person.id)
        ],
        "bids": [_bid(each) for each in _bids(person.id)],
        "messages": list(_messages(person.id)),
    }


def _roles(person_id: int) -> Iterator[dict[str, Any]]:
    for each in db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.id)
    ):
        yield {"role": each.role, "since": each.granted_at.isoformat(), "ended_at": _iso(each.ended_at)}


def _memberships(person_id: int) -> Iterator[dict[str, Any]]:
    found = (
        select(Membership)
        .where(Membership.person_id == person_id)
        .options(joinedload(Membership.organisation))
    )
    for each in db.session.scalars(found.order_by(Membership.id)):
        yield {
            "name": each.organisation.name,
            "company_number": each.organisation.company_number,
            "since": each.since.isoformat(),
            "ended_at": _iso(each.ended_at),
        }


def _bids(person_id: int) -> Iterator[Application]:
    after: int | None = None
    while True:
        rows, after = bids.of_person(person_id, after)
        yield from rows
        if after is None:
            return


def _bid(bid: Application) -> dict[str, Any]:
    machine = pathway(bid.round.pathway, bid.round.pathway_version).machine
    state = release.seen_outside(machine, bid.state, bid.decision_release_at, clock.now())
    return {
        "reference": bid.reference,
        "round": bid.round.title,
        "organisation": bid.organisation.name,
        "title": bid.title,
        "state": machine.state(state).public_name,
        "begun_at": bid.created_at.isoformat(),
        "sent_in_at": _iso(bid.submitted_at),
    }


def _messages(person_id: int) -> Iterator[dict[str, Any]]:
    for each in db.session.scalars(
        select(Message).where(Message.to_person_id == person_id).order_by(Message.id)
    ):
        is_link = each.case_kind == ACCOUNT_MAIL
        yield {
            "at": each.created_at.isoformat(),
            "to": each.to_address,
            "subject": each.subject,
            "words": None if is_link else each.body_text,
        }


def _iso(instant: Any) -> str | None:
    return instant.isoformat() if instant else None
