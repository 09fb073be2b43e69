"""Finds the conflicts of interest that records show, between many people and many bids at once."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import select, union_all

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Interest
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from fundapp.models.teams import BidMember
from workflows.rules.conflicts import Bidders, Conflict, Reader, found
from workflows.rules.identifiers import own_domain

Pair = tuple[int, int]
Grounds = tuple[Conflict, ...]
Key = TypeVar("Key", bound=Hashable)


def between(person_ids: Collection[int], bid_ids: Collection[int]) -> dict[Pair, Grounds]:
    """Every conflict by (bid, person), in four statements; a pair without one is absent."""
    return among(readers_of(person_ids), _bidders(bid_ids))


def among(readers: Mapping[int, Reader], bidders: Mapping[Key, Bidders]) -> dict[tuple[Key, int], Grounds]:
    """Every conflict by (bid, person) between sides already known, the bids under any key."""
    by_tie: dict[object, set[int]] = defaultdict(set)
    for person_id, reader in readers.items():
        for tie in _ties_of_reader(reader):
            by_tie[tie].add(person_id)
    conflicts = {}
    for bid_id, side in bidders.items():
        suspects = set().union(*(by_tie.get(tie, set()) for tie in _ties_of_bidders(side)))
        for person_id in suspects:
            if grounds := found(readers[person_id], side):
                conflicts[bid_id, person_id] = grounds
    return conflicts


def readers_of(person_ids: Collection[int]) -> dict[int, Reader]:
    """What is known of people who may assess, in three statements."""
    members = _memberships(person_ids)
    ties: dict[int, dict[str, set[int | str]]] = defaultdict(lambda: defaultdict(set))
    for person_id, kind, number in db.session.execute(
        select(Interest.person_id, Interest.kind, Interest.company_number).where(
            Interest.person_id.in_(person_ids)
        )
    ):
        ties[person_id][kind].add(number)
    emails = db.session.execute(select(Person.id, Person.email).where(Person.id.in_(person_ids)))
    return {
        person_id: Reader(
            organisations=frozenset(each for each, _ in members[person_id]),
            company_numbers=frozenset(number for _, number in members[person_id] if number),
            emails=frozenset({email}),
            interests=frozenset(ties[person_id]["interest"]),
            past_employers=frozenset(ties[person_id]["past_employer"]),
        )
        for person_id, email in emails
    }


def _memberships(person_ids: Collection[int]) -> dict[int, list[tuple[int, str | None]]]:
    members: dict[int, list[tuple[int, str | None]]] = defaultdict(list)
    for person_id, organisation_id, number in db.session.execute(
        select(Membership.person_id, Organisation.id, Organisation.company_number)
        .join(Membership.organisation)
        .where(Membership.person_id.in_(person_ids))
    ):
        members[person_id].append((organisation_id, number))
    return members


def _bidders(bid_ids: Collection[int]) -> dict[int, Bidders]:
    lead = select(Person.email).where(Person.id == Application.lead_id).scalar_subquery()
    team = union_all(
        select(Application.id, Person.email)
        .join(Membership, Membership.organisation_id == Application.organisation_id)
        .join(Membership.person)
        .where(Application.id.in_(bid_ids), Membership.ended_at.is_(None)),
        select(BidMember.application_id, Person.email)
        .join(BidMember.person)
        .where(BidMember.application_id.in_(bid_ids)),
    ).subquery()
    rows = db.session.execute(
        select(Application.id, Organisation.id, Organisation.company_number, lead, team.c.email)
        .join(Application.organisation)
        .outerjoin(team, team.c.id == Application.id)
        .where(Application.id.in_(bid_ids))
    )
    sides: dict[int, Bidders] = {}
    for bid_id, organisation_id, number, lead_email, email in rows:
        known = sides[bid_id].emails if bid_id in sides else frozenset()
        sides[bid_id] = Bidders(
            organisations=frozenset({organisation_id}),
            company_numbers=frozenset({number} if number else ()),
            emails=known | {each for each in (lead_email, email) if each},
        )
    return sides


def _ties_of_reader(reader: Reader) -> Iterator[object]:
    yield from reader.organisations | reader.interests | reader.past_employers | reader.company_numbers
    yield from reader.emails
    yield from _domains(reader.emails)


def _ties_of_bidders(side: Bidders) -> Iterator[object]:
    yield from side.organisations
    yield from side.company_numbers
    yield from side.emails
    yield from _domains(side.emails)


def _domains(emails: Iterable[str]) -> Iterator[str]:
    """The domains an address belongs to, its own and those above it, short of the last label."""
    for email in emails:
        labels = (own_domain(email) or "").split(".")
        yield from (".".join(labels[start:]) for start in range(len(labels) - 1))
