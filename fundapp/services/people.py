"""Brings people in, gives and ends their roles, and lets them go; each change signs them out everywhere."""

from sqlalchemy import select

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.people import Person, RoleGrant
from fundapp.queries.recipients import Recipient
from fundapp.services import account_mail, casework, links, sessions
from fundapp.services.accounts import KIND, locked
from fundapp.transaction import transaction
from workflows.actors import Permission, Role
from workflows.machine import Blocked, Blocker
from workflows.rules.identifiers import name_key

NOT_PERMITTED = Blocker("not_permitted", "Only an administrator may change who does what.")
YOURSELF = Blocker(
    "yourself",
    "You cannot take this from yourself, or the installation might be left without an administrator.",
    "Ask another administrator to do it.",
)
NOT_HELD = Blocker("not_held", "They do not hold this role.")
HELD = Blocker("held", "They hold this role already.")
GONE = Blocker("inactive", "This account is switched off.", "Switch it on first.")


@transaction()
def invite(name: str, email: str, role: Role, actor: Person | None) -> tuple[Person, str]:
    """Give somebody a role, with an account if they have none, and return them with a one-time link.

    In order: the person is filed if their address is new; the role is granted; a link to choose a
    password is sent by mail and returned for whoever calls from the command line, where `actor` is
    nobody; events say who did it.
    """
    _insist_on_administrator(actor)
    person = db.session.scalar(select(Person).where(Person.email == email))
    if person is None:
        person = _file(name, email, actor)
    elif not person.is_active:
        raise Blocked((GONE,))
    if role not in person.roles:
        _grant(person, role, actor)
    link = links.make("invite", email, person)
    account_mail.write("invite", Recipient(person.id, person.name, email), link)
    return person, link


@transaction()
def grant(person_id: int, role: Role, actor: Person) -> None:
    """Give a person a role: the grant is filed, an event written, and they must sign in again."""
    _insist_on_administrator(actor)
    person = locked(person_id)
    if not person.is_active:
        raise Blocked((GONE,))
    if role in person.roles:
        raise Blocked((HELD,))
    _grant(person, role, actor)


@transaction()
def end_role(person_id: int, role: Role, actor: Person) -> None:
    """Take a role from a person: the grant ends, an event is written, every session of theirs ends."""
    _insist_on_administrator(actor)
    person = locked(person_id)
    if person.id == actor.id and role is Role.ADMINISTRATOR:
        raise Blocked((YOURSELF,))
    held = next((each for each in person.live_grants if each.role == role), None)
    if held is None:
        raise Blocked((NOT_HELD,))
    held.ended_at, held.ended_by_id = clock.now(), actor.id
    sessions.end_all(person.id)
    casework.note(KIND, person.id, "end_role", actor, recorded={"role": role.value})


@transaction()
def deactivate(person_id: int, actor: Person) -> None:
    """Switch an account off: nothing of theirs is deleted, every session ends at once."""
    _insist_on_administrator(actor)
    person = locked(person_id)
    if person.id == actor.id:
        raise Blocked((YOURSELF,))
    if not person.is_active:
        raise Blocked((GONE,))
    person.is_active = False
    sessions.end_all(person.id)
    casework.note(KIND, person.id, "deactivate", actor)


@transaction()
def reactivate(person_id: int, actor: Person) -> None:
    """Switch an account on again, with the roles it had."""
    _insist_on_administrator(actor)
    person = locked(person_id)
    if not person.is_active:
        person.is_active = True
        casework.note(KIND, person.id, "reactivate", actor)


@transaction()
def forget_phone(person_id: int, actor: Person) -> None:
    """Let a person who lost phone and recovery codes set up another, after signing in again."""
    _insist_on_administrator(actor)
    person = locked(person_id)
    if person.id == actor.id:
        raise Blocked((YOURSELF,))
    person.totp_last_step = None
    person.totp_secret_encrypted = None
    sessions.end_all(person.id)
    casework.note(KIND, person.id, "forget_second_factor", actor)
    account_mail.tell(person, "second_factor_changed", "/account")


def _insist_on_administrator(actor: Person | None) -> None:
    """Nobody at all is the command line, which only the owner of the machine can use."""
    if actor is not None and Permission.PERSON_MANAGE not in held_by(actor):
        raise Blocked((NOT_PERMITTED,))


def _file(name: str, email: str, actor: Person | None) -> Person:
    person = Person(name=name, name_key=name_key(name), email=email, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    casework.note(KIND, person.id, "invite", actor)
    return person


def _grant(person: Person, role: Role, actor: Person | None) -> None:
    db.session.add(
        RoleGrant(
            person_id=person.id, role=role, granted_by_id=actor.id if actor else None, granted_at=clock.now()
        )
    )
    db.session.flush()
    db.session.expire(person, ["live_grants"])
    sessions.end_all(person.id)
    casework.note(KIND, person.id, "grant_role", actor, recorded={"role": role.value})
