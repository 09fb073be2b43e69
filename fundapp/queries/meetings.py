"""Meetings as members and the office look them up: the lists, one meeting with all that hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment
from fundapp.models.events import Event
from fundapp.models.funds import Fund, Round
from fundapp.models.meetings import InterestDeclaration, Meeting, MeetingItem, MeetingMember
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person, RoleGrant
from workflows.actors import Role

PAGE_SIZE = 30
MOST_ON_A_LIST = 400
COMING = ("planned", "papers_issued", "in_session")
ACTS = ("issue_papers", "open", "close", "sign_minutes", "abandon")
PUT_FORWARD = ("recommended", "not_recommended", "deferred", "sent_back")
ON_THE_BOARD = (Role.BOARD_MEMBER.value, Role.BOARD_CHAIR.value)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One meeting of a list."""

    id: int
    title: str
    state: str
    meets_at: datetime
    fund: str
    round_ref: str
    round_number: int
    items: int
    undecided: int
    in_reserve: int


@dataclass(frozen=True, slots=True)
class Act:
    """A step the whole meeting took: when, and who took it."""

    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class OwnInterest:
    """An interest a member declared, and in what."""

    meeting_id: int
    meeting: str
    position: int
    title: str
    organisation: str
    nature: str
    leaves: bool
    declared_at: datetime


def coming(round_id: int | None = None) -> Sequence[MeetingRow]:
    """Meetings still to be held or under way, the next first; of one round where asked."""
    statement = _rows().where(Meeting.state.in_(COMING)).order_by(Meeting.meets_at, Meeting.id)
    if round_id is not None:
        statement = statement.where(Meeting.round_id == round_id)
    return [MeetingRow(*row) for row in db.session.execute(statement.limit(PAGE_SIZE))]


def over(after: int | None = None) -> tuple[Sequence[MeetingRow], int | None]:
    """Meetings that are over, the latest planned first, and the cursor of the next page."""
    statement = _rows().where(Meeting.state.not_in(COMING)).order_by(Meeting.id.desc())
    if after is not None:
        statement = statement.where(Meeting.id < after)
    rows = [MeetingRow(*row) for row in db.session.execute(statement.limit(PAGE_SIZE + 1))]
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None


def interests_of(person_id: int) -> Sequence[OwnInterest]:
    """The interests a member declared, the latest first."""
    rows = db.session.execute(
        select(
            Meeting.id, Meeting.title, MeetingItem.position, Application.title, Organisation.name,
            InterestDeclaration.nature, InterestDeclaration.leaves, InterestDeclaration.declared_at,
        )
        .join(MeetingItem, MeetingItem.id == InterestDeclaration.item_id)
        .join(MeetingItem.meeting)
        .join(MeetingItem.application)
        .join(Application.organisation)
        .where(InterestDeclaration.person_id == person_id)
        .order_by(InterestDeclaration.declared_at.desc(), MeetingItem.id.desc())
        .limit(PAGE_SIZE)
    )  # fmt: skip
    return [OwnInterest(*row) for row in rows]


def by_id(meeting_id: int) -> Meeting | None:
    """A meeting with its round and budget, its members, its list, declarations and votes; four statements."""
    return (
        db.session.scalars(
            select(Meeting)
            .where(Meeting.id == meeting_id)
            .options(
                joinedload(Meeting.round).options(
                    joinedload(Round.fund),
                    joinedload(Round.form_version),
                    joinedload(Round.budgets),
                ),
                selectinload(Meeting.members).joinedload(MeetingMember.person),
                selectinload(Meeting.items).options(
                    joinedload(MeetingItem.application).joinedload(Application.organisation),
                    joinedload(MeetingItem.declarations).joinedload(InterestDeclaration.person),
                    selectinload(MeetingItem.votes),
                ),
            )
        )
        .unique()
        .one_or_none()
    )


def item_at(meeting_id: int, position: int) -> MeetingItem | None:
    """The item in this place of a meeting's list."""
    meeting = by_id(meeting_id)
    return next((item for item in meeting.items if item.position == position), None) if meeting else None


def acts_of(meeting_id: int) -> dict[str, Act]:
    """The latest step of each kind that a meeting took, by action."""
    rows = db.session.execute(
        select(Event.action, Event.at, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.case_kind == Meeting.case_kind, Event.case_id == meeting_id, Event.action.in_(ACTS))
        .order_by(Event.sequence)
    )
    return {action: Act(at, name) for action, at, name in rows}


def place_of(bid: Application) -> int | None:
    """The rank of a recommended bid in its round."""
    if bid.score is None or not bid.is_recommended:
        return None
    better = select(func.count()).where(
        Application.round_id == bid.round_id,
        Application.is_recommended.is_(True),
        Application.score > bid.score,
    )
    return (db.session.scalar(better) or 0) + 1


def totals_of(application_id: int) -> Sequence[float]:
    """Each assessor's own total on a bid, lowest first, where it counts."""
    rows = db.session.scalars(
        select(Assessment.total)
        .where(
            Assessment.application_id == application_id,
            Assessment.state == "submitted",
            Assessment.set_aside_at.is_(None),
        )
        .order_by(Assessment.total)
    )
    return [float(total) for total in rows if total is not None]


def board_members() -> Sequence[Person]:
    """Everybody who may sit on the board now, by name."""
    return (
        db.session.scalars(
            select(Person)
            .where(
                Person.is_active,
                Person.id.in_(
                    select(RoleGrant.person_id).where(
                        RoleGrant.role.in_(ON_THE_BOARD), RoleGrant.ended_at.is_(None)
                    )
                ),
            )
            .options(joinedload(Person.live_grants))
            .order_by(Person.name_key, Person.id)
        )
        .unique()
        .all()
    )


def candidates(round_id: int) -> Sequence[Application]:
    """The bids of a round that may be put to the board, best first, as many as one meeting takes."""
    return db.session.scalars(
        select(Application)
        .where(Application.round_id == round_id, Application.state.in_(PUT_FORWARD))
        .options(joinedload(Application.organisation))
        .order_by(
            Application.is_recommended.desc().nulls_last(),
            Application.score.desc().nulls_last(),
            Application.id,
        )
        .limit(MOST_ON_A_LIST)
    ).all()


def _rows() -> Select[*tuple[Any, ...]]:
    undecided = func.count(MeetingItem.id).filter(MeetingItem.outcome.is_(None))
    in_reserve = func.count(MeetingItem.id).filter(Application.state == "reserve")
    return (
        select(
            Meeting.id, Meeting.title, Meeting.state, Meeting.meets_at, Fund.name, Round.ref, Round.number,
            func.count(MeetingItem.id), undecided, in_reserve,
        )
        .join(Meeting.round)
        .join(Round.fund)
        .outerjoin(Meeting.items)
        .outerjoin(MeetingItem.application)
        .group_by(Meeting.id, Fund.name, Round.ref, Round.number)
    )  # fmt: skip
