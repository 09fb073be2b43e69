"""Letters as the office and their readers look them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.awards import Award
from fundapp.models.events import Event
from fundapp.models.funds import Fund, Round
from fundapp.models.letters import Letter, LetterAcceptance, LetterRelease, LetterVoid
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.queries.parts import DECIDING

OFFERS = ("offer_of_grant", "offer_of_investment")
STANDINGS = ("waiting", "released", "void")
PAGE_SIZE = 50
MOST_SHOWN = 200
# That a letter waits, for a statement that joins neither its release nor its void: a third of the work.
WAITS = and_(
    ~exists().where(LetterRelease.letter_id == Letter.id), ~exists().where(LetterVoid.letter_id == Letter.id)
)


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One line of the office's list."""

    id: int
    code: str
    kind: str
    number: int
    created_at: datetime
    reference: str
    organisation: str
    round_ref: str
    award_state: str | None
    released_at: datetime | None
    released_by: str | None
    visible_from: datetime | None
    accepted_at: datetime | None
    voided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """How many declines of one round wait to be released, since when, and from when they may be read."""

    round_id: int
    round_ref: str
    fund: str
    number: int
    letters: int
    since: datetime
    release_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decline:
    """One decline that would go out, and whether this person had a hand in its decision."""

    code: str
    reference: str
    title: str
    organisation: str
    visible_from: datetime | None
    by_own_hand: bool


def offer_letter(award_id: int) -> Letter | None:
    """The award's offer letter that counts: the newest one that is not void."""
    return db.session.scalars(
        select(Letter)
        .outerjoin(LetterVoid)
        .where(Letter.award_id == award_id, Letter.kind.in_(OFFERS), LetterVoid.id.is_(None))
        .order_by(Letter.id.desc())
        .limit(1)
    ).first()


def visible_letters(application_id: int, now: object) -> Sequence[Letter]:
    """The letters on a bid that its reader may see now, oldest first."""
    return db.session.scalars(
        select(Letter)
        .join(LetterRelease)
        .where(Letter.application_id == application_id, LetterRelease.visible_from <= now)
        .options(joinedload(Letter.release), joinedload(Letter.void), joinedload(Letter.acceptance))
        .order_by(Letter.id)
    ).all()


def by_code(code: str) -> Letter | None:
    """A letter by the code printed on it, with all that became of it."""
    return db.session.scalars(
        select(Letter)
        .where(Letter.code == code)
        .options(joinedload(Letter.release), joinedload(Letter.void), joinedload(Letter.acceptance))
    ).first()


def unreleased_declines(round_id: int) -> Sequence[Letter]:
    """The declines of a round that nobody has released yet, oldest first."""
    return db.session.scalars(
        select(Letter)
        .join(Application, Application.id == Letter.application_id)
        .outerjoin(LetterRelease)
        .outerjoin(LetterVoid)
        .where(Application.round_id == round_id, Letter.kind == "decline", _of_standing("waiting"))
        .order_by(Letter.id)
    ).all()


def listed(standing: str, after: int | None = None) -> tuple[Sequence[LetterRow], int | None]:
    """A page of the letters of one standing and the cursor of the next; those that wait, oldest first."""
    statement = _rows().where(_of_standing(standing)).limit(PAGE_SIZE + 1)
    if standing == "waiting":
        statement = statement.order_by(Letter.id)
        later = Letter.id > after if after is not None else None
    else:
        statement = statement.order_by(Letter.id.desc())
        later = Letter.id < after if after is not None else None
    rows = [
        LetterRow(*row) for row in db.session.execute(statement if later is None else statement.where(later))
    ]
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def counts() -> dict[str, int]:
    """How many letters there are of each standing, in one statement."""
    statement = (
        select(*(func.count().filter(_of_standing(standing)) for standing in STANDINGS))
        .select_from(Letter)
        .outerjoin(LetterRelease)
        .outerjoin(LetterVoid)
    )
    return dict(zip(STANDINGS, db.session.execute(statement).one(), strict=True))


def declines_waiting() -> Sequence[Batch]:
    """The rounds with declines nobody has released, oldest round first, in one statement."""
    statement = (
        select(
            Round.id, Round.ref, Fund.name, Round.number, func.count(), func.min(Letter.created_at),
            Round.release_at,
        )
        .select_from(Letter)
        .join(Application, Application.id == Letter.application_id)
        .join(Application.round)
        .join(Round.fund)
        .outerjoin(LetterRelease)
        .outerjoin(LetterVoid)
        .where(Letter.kind == "decline", _of_standing("waiting"))
        .group_by(Round.id, Fund.name)
        .order_by(Round.id)
    )  # fmt: skip
    return [Batch(*row) for row in db.session.execute(statement)]


def declines_to_release(round_id: int, person_id: int) -> tuple[Sequence[Decline], int]:
    """The declines of a round that wait, the first of them in full, and how many there are."""
    own_hand = (
        select(Event.id)
        .where(
            Event.case_kind == Application.case_kind,
            Event.case_id == Application.id,
            Event.action.in_(DECIDING),
            Event.actor_id == person_id,
        )
        .exists()
    )
    waiting = (Letter.kind == "decline", Application.round_id == round_id, _of_standing("waiting"))
    statement = (
        select(
            Letter.code, Application.reference, Application.title, Organisation.name,
            Application.decision_release_at, own_hand,
        )
        .join(Application, Application.id == Letter.application_id)
        .join(Application.organisation)
        .outerjoin(LetterRelease)
        .outerjoin(LetterVoid)
        .where(*waiting)
        .order_by(Application.id)
        .limit(MOST_SHOWN)
    )  # fmt: skip
    total = db.session.scalar(
        select(func.count())
        .select_from(Letter)
        .join(Application, Application.id == Letter.application_id)
        .outerjoin(LetterRelease)
        .outerjoin(LetterVoid)
        .where(*waiting)
    )
    return [Decline(*row) for row in db.session.execute(statement)], total or 0


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Letter.id, Letter.code, Letter.kind, Letter.number, Letter.created_at, Application.reference,
            Organisation.name, Round.ref, Award.state, LetterRelease.released_at, Person.name,
            LetterRelease.visible_from, LetterAcceptance.accepted_at, LetterVoid.voided_at,
        )
        .join(Application, Application.id == Letter.application_id)
        .join(Application.organisation)
        .join(Application.round)
        .outerjoin(Award, Award.id == Letter.award_id)
        .outerjoin(LetterRelease)
        .outerjoin(LetterVoid)
        .outerjoin(LetterAcceptance)
        .outerjoin(Person, Person.id == LetterRelease.released_by_id)
    )  # fmt: skip


def _of_standing(standing: str) -> ColumnElement[bool]:
    if standing == "void":
        return LetterVoid.id.is_not(None)
    released = LetterRelease.id.is_not(None) if standing == "released" else LetterRelease.id.is_(None)
    return released & LetterVoid.id.is_(None)
