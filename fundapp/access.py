"""Decides which permissions a person holds, at all and on one particular thing; it knows no HTTP."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.funds import Round
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from workflows.actors import GRANTS, Permission, Role, granted

Held = frozenset[Permission]
Rule = Callable[[Person, Any, Held], Held]

NOBODY: Held = granted(frozenset({Role.PUBLIC}))
READING = frozenset({Permission.ASSESSMENT_READ, Permission.ASSESSMENT_ANSWER, Permission.ASSESSMENT_SCORE})
ENDED = ("declined", "withdrawn")
_RULES: dict[type, Rule] = {}


def on(kind: type) -> Callable[[Rule], Rule]:
    """Register the rule that says which of their permissions a person has on one kind of thing."""

    def register(rule: Rule) -> Rule:
        _RULES[kind] = rule
        return rule

    return register


def held_by(person: Person | None, subject: object | None = None) -> Held:
    """Every permission this person holds; with a subject, those they hold on that very thing.

    The rule of the subject's kind can only take away from what the roles grant or add what belongs to
    the person's own part in it. A kind without a rule is a mistake, not an open door.
    """
    if person is None or not person.is_active:
        return NOBODY
    held = NOBODY | granted(person.roles)
    if subject is None:
        return held
    rule = _RULES.get(type(subject))
    if rule is None:
        raise LookupError(f"no rule says what people may do with a {type(subject).__name__}")
    return rule(person, subject, held)


def acts_for(person: Person, organisation_id: int) -> bool:
    """Whether a person acts for an organisation now."""
    found = select(Membership.id).where(
        Membership.organisation_id == organisation_id,
        Membership.person_id == person.id,
        Membership.ended_at.is_(None),
    )
    return db.session.scalar(found) is not None


@on(Round)
def _on_round(person: Person, call: Round, held: Held) -> Held:
    """A round belongs to nobody: what the roles grant."""
    return held


@on(Organisation)
def _on_organisation(person: Person, organisation: Organisation, held: Held) -> Held:
    """Its own people play the applicant's part, and no other; to others it is not theirs."""
    return _own_part(held) if acts_for(person, organisation.id) else _part_of_others(person)


@on(Application)
def _on_bid(person: Person, bid: Application, held: Held) -> Held:
    """Whoever leads the bid or acts for its organisation plays the applicant's part on it, and no other."""
    is_own = bid.lead_id == person.id or acts_for(person, bid.organisation_id)
    return _own_part(held) if is_own else _part_of_others(person)


@on(Assessment)
def _on_assessment(person: Person, assessment: Assessment, held: Held) -> Held:
    """The reader's own, and the bid's content only between the declaration of no conflict and its end.

    To answer stays theirs throughout: a declared conflict takes the content away and is still recorded.
    """
    if assessment.assessor_id != person.id:
        return held - READING
    if assessment.conflict_at is not None or assessment.state in ENDED:
        return held - {Permission.ASSESSMENT_READ, Permission.ASSESSMENT_SCORE}
    return held if assessment.no_conflict_at is not None else held - {Permission.ASSESSMENT_SCORE}


def _own_part(held: Held) -> Held:
    return held & GRANTS[Role.APPLICANT]


def _part_of_others(person: Person) -> Held:
    return NOBODY | granted(person.roles - {Role.APPLICANT})
