"""The invented people of a demonstration, one a role, whom its bar lets anybody sign in as."""

from dataclasses import dataclass

from sqlalchemy import select

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.people import Person, RoleGrant
from fundapp.services import sessions
from fundapp.services.demo_clock import NotADemo, is_demo
from fundapp.services.sessions import Browser
from fundapp.transaction import transaction
from workflows.actors import Role
from workflows.rules.identifiers import name_key


@dataclass(frozen=True, slots=True)
class Persona:
    """One of them: the key the bar sends, who they are, and what they do."""

    key: str
    name: str
    email: str
    role: Role
    does: str


PERSONAS = (
    Persona("applicant", "Marguerite Osei", "marguerite.osei@wrackline.example", Role.APPLICANT, "applicant"),
    Persona("officer", "Priya Lund", "priya.lund@region.example", Role.OFFICER, "programme team"),
    Persona("second_officer", "Callum Reyes", "callum.reyes@region.example", Role.OFFICER, "programme team"),
    Persona("assessor", "Dr Ines Calloway", "ines.calloway@assessors.example", Role.ASSESSOR, "assessor"),
    Persona("board_chair", "Howell Strand", "howell.strand@board.example", Role.BOARD_CHAIR, "panel chair"),
    Persona("board_member", "Lena Adeyemi", "lena.adeyemi@board.example", Role.BOARD_MEMBER, "panel member"),
    Persona("decider", "Rosalind Petrie", "rosalind.petrie@region.example", Role.DECIDER, "decision maker"),
    Persona("finance", "Olu Brandt", "olu.brandt@region.example", Role.FINANCE, "finance"),
    Persona("second_finance", "Hana Whitlock", "hana.whitlock@region.example", Role.FINANCE, "finance"),
    Persona("third_finance", "Mirren Doyle", "mirren.doyle@region.example", Role.FINANCE, "finance"),
    Persona("auditor", "Tove Lindqvist", "tove.lindqvist@audit.example", Role.AUDITOR, "auditor"),
    Persona("administrator", "Sam Okonjo", "sam.okonjo@region.example", Role.ADMINISTRATOR, "administrator"),
)
BY_KEY = {persona.key: persona for persona in PERSONAS}


@transaction()
def sign_in_as(key: str, browser: Browser) -> str | None:
    """Open a session as one of the personas and return its secret; nothing when there is no such persona.

    Raises `NotADemo` in a database without the mark, whatever its people are called.
    """
    if not is_demo():
        raise NotADemo
    persona = BY_KEY.get(key)
    person = persona and db.session.scalar(select(Person).where(Person.email == persona.email))
    return sessions.begin(person, browser, second_factor=True) if person and person.is_active else None


@transaction()
def invent(name: str, email: str, role: Role, organisation_name: str | None = None) -> Person:
    """Add an invented person with one role to a demonstration; raises `NotADemo` anywhere else."""
    if not is_demo():
        raise NotADemo
    person = Person(
        name=name,
        name_key=name_key(name),
        email=email.lower(),
        organisation_name=organisation_name,
        created_at=clock.now(),
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(RoleGrant(person_id=person.id, role=role.value, granted_at=clock.now()))
    db.session.flush()
    return person
