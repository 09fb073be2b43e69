"""An organisation as a record: its size by year, what Companies House said of it, its people and its bids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, contains_eager, joinedload

from fundapp.bulk import among
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.funds import Round
from fundapp.models.organisations import (
    CompanyFacts,
    Membership,
    MembershipRequest,
    Organisation,
    SizeFacts,
)
from fundapp.models.people import Person

MOST = 100
REQUESTS_A_PAGE = 50
_OPEN_REQUESTS = (
    select(MembershipRequest)
    .where(MembershipRequest.answered_at.is_(None))
    .options(joinedload(MembershipRequest.organisation), joinedload(MembershipRequest.person))
    .order_by(MembershipRequest.id)
    .limit(MOST)
)


def by_id(number: int) -> Organisation | None:
    """The organisation of this number."""
    return db.session.get(Organisation, number)


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of an organisation's name or places; its version counts up with every one."""

    version: int = 0
    at: datetime | None = None
    by: Person | None = None


def last_change(organisation_id: int) -> Change:
    """When and by whom its name or places were last changed; version nought before the first time."""
    found = db.session.execute(
        select(Event, Person)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(
            Event.case_kind == Organisation.case_kind,
            Event.case_id == organisation_id,
            Event.action == "update",
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    ).one_or_none()
    return Change(found[0].sequence, found[0].at, found[1]) if found else Change()


def sizes_of(organisation_id: int) -> Sequence[SizeFacts]:
    """What counts of each year, the newest first; a year that was taken back is absent.

    Figures without a year count only while there are none of a year.
    """
    latest = (
        select(SizeFacts)
        .ext(distinct_on(SizeFacts.year_ended_on))
        .where(SizeFacts.organisation_id == organisation_id)
        .order_by(SizeFacts.year_ended_on.desc().nulls_last(), SizeFacts.id.desc())
        .limit(MOST)
        .options(joinedload(SizeFacts.said_by))
    )
    said = [facts for facts in db.session.scalars(latest) if not _says_nothing(facts)]
    return [facts for facts in said if facts.year_ended_on] or said


def last_answer(organisation_id: int) -> CompanyFacts | None:
    """What Companies House said when it was last asked."""
    return db.session.scalars(
        select(CompanyFacts)
        .where(CompanyFacts.organisation_id == organisation_id)
        .order_by(CompanyFacts.id.desc())
        .limit(1)
    ).one_or_none()


def acting_and_asking(organisation_id: int) -> tuple[list[Membership], list[MembershipRequest]]:
    """Who acts for the organisation now, and who asks to and has no answer yet; the first to come first."""
    of_members = (
        select(Membership)
        .join(Membership.person)
        .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None), Person.is_active)
        .order_by(Membership.id)
        .limit(MOST)
    )
    of_requests = _OPEN_REQUESTS.where(MembershipRequest.organisation_id == organisation_id)
    acts, asks = (
        aliased(Membership, of_members.subquery()),
        aliased(MembershipRequest, of_requests.subquery()),
    )
    rows = db.session.execute(
        select(acts, asks)
        .join(asks, asks.person_id == acts.person_id, full=True)
        .join(Person, Person.id == func.coalesce(acts.person_id, asks.person_id))
        .options(contains_eager(acts.person), contains_eager(asks.person))
        .order_by(acts.id, asks.id)
    ).all()
    return list(filter(None, (each for each, _ in rows))), list(filter(None, (each for _, each in rows)))


def requests_of(person_id: int) -> Sequence[MembershipRequest]:
    """The organisations a person asks to act for and has no answer from yet."""
    return db.session.scalars(_OPEN_REQUESTS.where(MembershipRequest.person_id == person_id)).all()


def open_requests(after: int | None) -> Sequence[MembershipRequest]:
    """A page of everybody who has no answer yet, the first to ask first; one more where another follows."""
    return db.session.scalars(
        _OPEN_REQUESTS.where(MembershipRequest.id > (after or 0)).limit(REQUESTS_A_PAGE + 1)
    ).all()


def request_by_id(number: int) -> MembershipRequest | None:
    """The request of this number, answered or not."""
    return db.session.get(MembershipRequest, number)


def people_of(organisation_ids: Sequence[int]) -> Mapping[int, Sequence[Person]]:
    """Who acts for each of these organisations now, the first to come first."""
    found: dict[int, list[Person]] = {number: [] for number in organisation_ids}
    rows = db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(
            among(Membership.organisation_id, organisation_ids),
            Membership.ended_at.is_(None),
            Person.is_active,
        )
        .options(contains_eager(Membership.person))
        .order_by(Membership.id)
    )
    for row in rows:
        found[row.organisation_id].append(row.person)
    return found


def bids_of(organisation_id: int) -> Sequence[Application]:
    """The organisation's bids with their rounds, the newest first."""
    return db.session.scalars(
        select(Application)
        .where(Application.organisation_id == organisation_id)
        .options(joinedload(Application.round).joinedload(Round.fund))
        .order_by(Application.id.desc())
        .limit(MOST)
    ).all()


def _says_nothing(facts: SizeFacts) -> bool:
    return facts.staff_count is None and facts.turnover_pence is None and facts.gross_assets_pence is None
