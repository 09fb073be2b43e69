"""Whom a notice is for: the people behind the word the rulebook uses for them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.awards import Award
from fundapp.models.claims import Claim
from fundapp.models.funds import Round
from fundapp.models.meetings import Meeting
from fundapp.models.organisations import Membership
from fundapp.models.people import Person, RoleGrant
from fundapp.models.round_pages import Follower
from fundapp.models.round_questions import RoundQuestion
from fundapp.queries import teams
from workflows.actors import Role
from workflows.team import Part

# The one mail that goes to whoever follows another round of the same fund too.
OF_THE_FUND = "round_published"
READER = "reader"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person a mail goes to, at the address held now; no id for somebody without an account yet.

    Whoever follows a round is an address only, with the id under which it is kept.
    """

    person_id: int | None
    name: str
    address: str
    follower_id: int | None = None

    @property
    def key(self) -> str:
        """What tells this recipient from every other of the same notice."""
        return f"follower {self.follower_id}" if self.follower_id else str(self.person_id)


def of(to: str, message: str, case_kind: str, case_id: int) -> tuple[Recipient, ...]:
    """Whom a notice about this case is for, each once, in a fixed order: active people, or followers."""
    if to == "followers":
        return tuple(_followers(message, _ROUND_OF[case_kind](case_id)))
    people = _people(to, case_kind, case_id)
    once = {person.id: person for person in people if person.is_active}
    return tuple(Recipient(person.id, person.name, person.email) for _, person in sorted(once.items()))


def _people(to: str, case_kind: str, case_id: int) -> Iterable[Person]:
    if to == "applicant":
        return _APPLICANTS[case_kind](case_id)
    if to == "writers":
        return _writers(db.session.get_one(Application, case_id))
    if to == "asker":
        return [db.session.get_one(RoundQuestion, case_id).asked_by]
    if to == "assessor":
        return [db.session.get_one(Assessment, case_id).assessor]
    if to in {"board", "chair"} and case_kind == "meeting":
        members = db.session.get_one(Meeting, case_id).members
        return [member.person for member in members if to == "board" or member.is_chair]
    return holders(to)


def _followers(message: str, call: Round) -> Iterator[Recipient]:
    """Who follows this round; of a new round, who follows any of the fund's, each address once."""
    wanted = Round.fund_id == call.fund_id if message == OF_THE_FUND else Round.id == call.id
    newest = (
        select(func.max(Follower.id))
        .join(Round, Round.id == Follower.round_id)
        .where(wanted, Follower.confirmed_at.is_not(None))
        .group_by(Follower.email)
    )
    for each in db.session.scalars(select(Follower).where(Follower.id.in_(newest)).order_by(Follower.id)):
        yield Recipient(None, READER, each.email, each.id)


def holders(to: str) -> Sequence[Person]:
    """Everybody active who now holds a role behind one of the rulebook's words, each once."""
    return db.session.scalars(
        select(Person)
        .where(
            Person.is_active,
            Person.id.in_(
                select(RoleGrant.person_id).where(
                    RoleGrant.role.in_(_ROLES[to]), RoleGrant.ended_at.is_(None)
                )
            ),
        )
        .order_by(Person.id)
    ).all()


def _of_bid(bid: Application) -> Iterable[Person]:
    """The person who leads the bid; when that person has gone, whoever else acts for the organisation."""
    if bid.lead.is_active:
        return [bid.lead]
    return db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == bid.organisation_id, Membership.ended_at.is_(None))
    )


def _writers(bid: Application) -> Iterable[Person]:
    """Whoever a bid's news is for, and everybody else who may write it and send it in."""
    writing = [each.person_id for each in teams.team_of(bid) if each.part == Part.WRITER]
    return [*_of_bid(bid), *db.session.scalars(select(Person).where(Person.id.in_(writing)))]


def _of_round(round_id: int) -> Iterable[Person]:
    return db.session.scalars(
        select(Person)
        .join(Application, Application.lead_id == Person.id)
        .where(Application.round_id == round_id, Application.state != "withdrawn")
    )


def _of_question(question_id: int) -> Iterable[Person]:
    """Whoever asked, and everybody with a bid in the round."""
    question = db.session.get_one(RoundQuestion, question_id)
    return [question.asked_by, *_of_round(question.round_id)]


_APPLICANTS: Mapping[str, Callable[[int], Iterable[Person]]] = {
    "application": lambda case_id: _of_bid(db.session.get_one(Application, case_id)),
    "award": lambda case_id: _of_bid(db.session.get_one(Award, case_id).application),
    "claim": lambda case_id: _of_bid(db.session.get_one(Claim, case_id).award.application),
    "round": _of_round,
    "question": _of_question,
}

_ROUND_OF: Mapping[str, Callable[[int], Round]] = {
    "round": lambda case_id: db.session.get_one(Round, case_id),
    "question": lambda case_id: db.session.get_one(RoundQuestion, case_id).round,
}

_ROLES: Mapping[Any, frozenset[Role]] = {
    "office": frozenset({Role.OFFICER}),
    "board": frozenset({Role.BOARD_MEMBER, Role.BOARD_CHAIR}),
    "chair": frozenset({Role.BOARD_CHAIR}),
    "decider": frozenset({Role.DECIDER}),
    "finance": frozenset({Role.FINANCE}),
}


def has_rule(to: str, case_kind: str) -> bool:
    """Whether somebody is behind this word for a case of this kind."""
    if to == "applicant":
        return case_kind in _APPLICANTS
    if to == "followers":
        return case_kind in _ROUND_OF
    if to == "writers":
        return case_kind == Application.case_kind
    return to in {"assessor", "asker"} or bool(_ROLES.get(to))
