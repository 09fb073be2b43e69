"""People to act in tests: each with an account, their roles, and a signed-in browser when asked for."""

from flask.testing import FlaskClient

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person, RoleGrant
from fundapp.services import sessions
from fundapp.services.sessions import Browser
from fundapp.transaction import transaction
from workflows.actors import Role
from workflows.rules.identifiers import name_key


@transaction()
def person(name: str, *roles: Role, email: str | None = None) -> Person:
    """Somebody with these roles; their address is made from their name unless one is given."""
    address = email or f"{name_key(name).replace(' ', '.')}@people.example"
    made = Person(name=name, name_key=name_key(name), email=address, created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        RoleGrant(person_id=made.id, role=role.value, granted_at=clock.now()) for role in roles
    )
    return made


@transaction()
def grant(who: Person, *roles: Role) -> None:
    """Give somebody more roles."""
    db.session.add_all(RoleGrant(person_id=who.id, role=role.value, granted_at=clock.now()) for role in roles)
    db.session.flush()
    db.session.expire(who)


@transaction()
def join(organisation: Organisation, who: Person) -> None:
    """Let somebody act for an organisation."""
    db.session.add(Membership(organisation_id=organisation.id, person_id=who.id, since=clock.now()))


def applicant(name: str = "Marguerite Osei", email: str = "marguerite@wrackline.example") -> Person:
    """Somebody who applies."""
    return person(name, Role.APPLICANT, email=email)


def officer(name: str = "Priya Lund") -> Person:
    """Somebody of the programme team."""
    return person(name, Role.OFFICER)


def cookie_of(who: Person) -> str:
    """The cookie of a new session of this person, second factor and all."""
    with transaction():
        return f"s{sessions.begin(who, Browser('192.0.2.1', 'Test browser'), second_factor=True)}"


def sign_in(client: FlaskClient, who: Person) -> None:
    """Give a client a signed-in session of this person."""
    client.set_cookie("fundapp", cookie_of(who), domain="localhost")
