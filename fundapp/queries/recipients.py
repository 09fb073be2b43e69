"""Whom a notice is for: the people behind the word the rulebook uses for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.models.meetings import Meeting
from fundapp.models.organisations import Membership
from fundapp.models.people import Person, RoleGrant
from workflows.actors import Role


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person a mail goes to, at the address held now; no id for somebody without an account yet."""

    person_id: int | None
    name: str
    address: str


def of(to: str, case_kind: str, case_id: int) -> tuple[Recipient, ...]:
    """The active people a notice about this case is for, each once, in a fixed order."""
    people = _people(to, case_kind, case_id)
    once = {person.id: person for person in people if person.is_active}
    return tuple(Recipient(person.id, person.name, person.email) for _, person in sorted(once.items()))


def _people(to: str, case_kind: str, case_id: int) -> Iterable[Person]:
    if to == "applicant":
        return _APPLICANTS[case_kind](case_id)
    if to == "assessor":
        return [db.session.get_one(Assessment, case_id).assessor]
    if to in {"board", "chair"} and case_kind == "meeting":
        members = db.session.get_one(Meeting, case_id).members
        return [member.person for member in members if to == "board" or member.is_chair]
    return _holders(_ROLES[to])


def _holders(roles: frozenset[Role]) -> Iterable[Person]:
    return db.session.scalars(
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_(roles), RoleGrant.ended_at.is_(None))
    )


def _of_bid(bid: Application) -> Iterable[Person]:
    """The person who leads the bid; when that person has gone, whoever else acts for the organisation."""
    if bid.lead.is_active:
        return [bid.lead]
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == bid.organisation_id, Membership.ended_at.is_(None))
    )


def _of_round(round_id: int) -> Iterable[Person]:
    return db.session.scalars(
        select(Person)
        .join(Application, Application.lead_id == Person.id)
        .where(Application.round_id == round_id, Application.state != "withdrawn")
    )


_APPLICANTS: Mapping[str, Callable[[int], Iterable[Person]]] = {
    "application": lambda case_id: _of_bid(db.session.get_one(Application, case_id)),
    "award": lambda case_id: _of_bid(db.session.get_one(Award, case_id).application),
    "claim": lambda case_id: _of_bid(db.session.get_one(Claim, case_id).award.application),
    "round": _of_round,
}

_ROLES: Mapping[Any, frozenset[Role]] = {
    "office": frozenset({Role.OFFICER}),
    "board": frozenset({Role.BOARD_MEMBER, Role.BOARD_CHAIR}),
    "chair": frozenset({Role.BOARD_CHAIR}),
    "decider": frozenset({Role.DECIDER}),
    "finance": frozenset({Role.FINANCE}),
    "followers": frozenset(),
}


def has_rule(to: str, case_kind: str) -> bool:
    """Whether somebody is behind this word for a case of this kind."""
    if to == "applicant":
        return case_kind in _APPLICANTS
    return to == "assessor" or bool(_ROLES.get(to))
