"""What the office already holds that a file speaks of: its bids, people, organisations and readings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sqlalchemy import and_, select
from sqlalchemy.orm import selectinload

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.assessments import Assessment, Mark
from fundapp.models.funds import Round
from fundapp.models.organisations import Membership, Organisation
from fundapp.models.people import Person
from fundapp.services.imports.bid_rows import BidRow
from workflows.actors import Role
from workflows.rules.identifiers import own_domain

T = TypeVar("T")
BATCH = 1_000

Circle = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KnownBid:
    """A bid of the round that has a reference of a file."""

    id: int
    sha256: str | None
    state: str


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody with an account."""

    id: int
    is_active: bool
    is_staff: bool
    is_assessor: bool


@dataclass(frozen=True, slots=True)
class KnownFirm:
    """An organisation on record, and the addresses of the people who act for it."""

    id: int
    name: str
    name_key: str
    emails: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownReading:
    """An assessment on record: where it stands, its marks by criterion, and the words behind them."""

    state: str
    marks: Mapping[int, int | None]
    comments: Mapping[int, str]


@dataclass
class Records:
    """Everything on record about the references, numbers, names and addresses of a file."""

    bids: dict[str, KnownBid] = field(default_factory=dict)
    people: dict[str, KnownPerson] = field(default_factory=dict)
    numbered: dict[str, KnownFirm] = field(default_factory=dict)
    circles: dict[Circle, KnownFirm] = field(default_factory=dict)
    readings: dict[tuple[int, int], KnownReading] = field(default_factory=dict)

    def firm_of(self, row: BidRow) -> KnownFirm | None:
        """The organisation on record that a row speaks of."""
        number = row.organisation.company_number
        return self.numbered.get(number) if number else self.circles.get(row.circle)


def in_batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in lists of at most so many."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def records_of(call: Round, rows: Sequence[BidRow], assessors: Iterable[str]) -> Records:
    """Look up everything a file speaks of, a few statements for each thousand rows."""
    known = Records()
    emails = dict.fromkeys([*(row.contact_email for row in rows), *assessors])
    for refs in in_batches(row.bid_ref for row in rows):
        known.bids |= _bids(call, refs)
    for addresses in in_batches(emails):
        known.people |= _people(addresses)
    for some in in_batches(rows):
        numbers = {row.organisation.company_number for row in some}
        keys = {row.circle[0] for row in some if row.organisation.company_number is None}
        known.numbered |= {
            number: firm
            for number, firm in _firms(Organisation.company_number.in_(numbers - {None}))
            if number is not None
        }
        unnumbered = and_(Organisation.company_number.is_(None), Organisation.name_key.in_(keys))
        known.circles |= {
            (firm.name_key, tie): firm for _, firm in _firms(unnumbered) for tie in _ties(firm.emails)
        }
    for some_bids in in_batches(known.bids.values()):
        known.readings |= _readings([bid.id for bid in some_bids])
    return known


def _bids(call: Round, refs: Sequence[str]) -> dict[str, KnownBid]:
    found = db.session.execute(
        select(Application.bid_ref, Application.id, Application.import_sha256, Application.state).where(
            Application.round_id == call.id, Application.bid_ref.in_(refs)
        )
    )
    return {str(ref): KnownBid(number, sha256, state) for ref, number, sha256, state in found}


def _people(emails: Sequence[str]) -> dict[str, KnownPerson]:
    found = db.session.scalars(
        select(Person).where(Person.email.in_(emails)).options(selectinload(Person.live_grants))
    )
    return {
        person.email: KnownPerson(person.id, person.is_active, person.is_staff, Role.ASSESSOR in person.roles)
        for person in found
    }


def _firms(wanted: object) -> Iterator[tuple[str | None, KnownFirm]]:
    rows = db.session.execute(
        select(
            Organisation.id,
            Organisation.company_number,
            Organisation.name,
            Organisation.name_key,
            Person.email,
        )
        .outerjoin(
            Membership, and_(Membership.organisation_id == Organisation.id, Membership.ended_at.is_(None))
        )
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(wanted)  # type: ignore[arg-type]
        .order_by(Organisation.id)
    ).all()
    emails: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        if row.email:
            emails[row.id].add(row.email)
    for row in rows:
        yield row.company_number, KnownFirm(row.id, row.name, row.name_key, frozenset(emails[row.id]))


def _ties(emails: Iterable[str]) -> set[str]:
    """What an organisation's people are known by: their own mail domains, and their addresses."""
    return {tie for email in emails for tie in (email, own_domain(email)) if tie}


def _readings(bid_ids: Sequence[int]) -> dict[tuple[int, int], KnownReading]:
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    for mark in db.session.scalars(
        select(Mark)
        .join(Assessment, Assessment.id == Mark.assessment_id)
        .where(Assessment.application_id.in_(bid_ids))
    ):
        marks[mark.assessment_id][mark.criterion_id] = mark
    found = db.session.execute(
        select(Assessment.application_id, Assessment.assessor_id, Assessment.id, Assessment.state).where(
            Assessment.application_id.in_(bid_ids)
        )
    )
    return {
        (bid_id, person_id): KnownReading(
            state,
            {each: mark.score for each, mark in marks[reading_id].items()},
            {each: mark.comment for each, mark in marks[reading_id].items()},
        )
        for bid_id, person_id, reading_id, state in found
    }
