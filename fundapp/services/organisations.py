"""Keeps one record for each organisation, and the people who act for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.organisations import Membership, Organisation, SizeFacts
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import casework, company_facts
from fundapp.services.stale import StaleError
from fundapp.transaction import lock, transaction
from workflows.machine import Blocked, Blocker
from workflows.rules import eligibility, identifiers
from workflows.rules.eligibility import Enterprise
from workflows.rules.sizes import YEAR

KIND = Organisation.case_kind
NOT_YOURS = Blocker("not_permitted", "You do not act for this organisation.")
FIGURES = ("staff_count", "turnover_pence", "gross_assets_pence")
STATED = {"source": "stated", "verified": False}


@dataclass(frozen=True, slots=True)
class Details:
    """What an organisation says of itself, each part already in the form it is kept in."""

    name: str
    company_number: str | None = None
    postcode: str | None = None
    authority: str | None = None
    legal_form: str | None = None
    sector: str | None = None
    registered_postcode: str | None = None
    year_ended_on: date | None = None
    staff_count: int | None = None
    turnover_pence: int | None = None
    gross_assets_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What an organisation is, by name and kind, and where it is: what its people may change."""

    name: str
    postcode: str | None = None
    authority: str | None = None
    registered_postcode: str | None = None
    legal_form: str | None = None
    sector: str | None = None


class HeldByOthersError(Exception):
    """Others act for this company already, and have not let this person in.

    A number is public and so is the domain of an address: neither shows that somebody is a colleague.
    """

    def __init__(self, organisation: Organisation) -> None:
        super().__init__("Somebody already applies for the company with this number.")
        self.organisation = organisation


@transaction()
def register(details: Details, actor: Person) -> Organisation:
    """File the organisation a person applies for, or join the one that is already here.

    In order: a company number already known brings back its one record, joined when nobody acts for it
    yet, and refused with `HeldByOthersError` when others do (`joining.ask`); an organisation without a
    number is the person's own of that name or a new one; a new record writes an event, keeps what was said
    of its size, promises a look at Companies House where that is set up, and makes the person its first
    member.
    """
    organisation, is_new = find_or_file(details, actor, among=_of(actor))
    if is_new:
        enrol(organisation, actor, actor)
    else:
        _join(organisation, actor)
    return organisation


@transaction()
def update(
    organisation: Organisation, place: Place, actor: Person, version: int | None = None
) -> Organisation:
    """Keep what a member says of the organisation now; its company number never changes.

    In order: the row is locked; the same again changes nothing; a `version` must be that of the last change
    (nought before the first), or `StaleError` carries both; its name, kind and places are replaced, and an
    event holds what they were. Its size is another verb's: `size_facts.state`.
    """
    lock(organisation)
    insist_member(organisation, actor)
    saved = place_of(organisation)
    if place == saved:
        return organisation
    last = queries.last_change(organisation.id)
    if version not in (None, last.version):
        raise StaleError(asdict(place), asdict(saved), last.version, last.at, last.by)
    before = _described(organisation)
    for name in Place.__slots__:
        setattr(organisation, name, getattr(place, name))
    organisation.name_key = identifiers.name_key(place.name)
    casework.note(KIND, organisation.id, "update", actor, personal={"before": before})
    return organisation


def place_of(organisation: Organisation) -> Place:
    """What an organisation is and where it is, as it is kept now."""
    return Place(**{name: getattr(organisation, name) for name in Place.__slots__})


def find_or_file(
    details: Details, actor: Person | None, *, among: Mapping[str, Organisation] | None = None
) -> tuple[Organisation, bool]:
    """Find or file an organisation in the caller's transaction, and say whether it is new.

    It is the one of this company number, else of this name among the given ones (by name key), else a
    new one; two requests at once for one number make one row.
    """
    if details.company_number is None:
        known = (among or {}).get(identifiers.name_key(details.name))
        return (known, False) if known else (_file(details, actor), True)
    known = _numbered(details.company_number)
    return (known, False) if known else _file_once(details, actor)


def insist_member(organisation: Organisation, person: Person) -> None:
    """Raise `Blocked` unless the person acts for the organisation now."""
    if person.id not in {member.person_id for member in members_of(organisation.id)}:
        raise Blocked((NOT_YOURS,))


def members_of(organisation_id: int) -> list[Membership]:
    """Who acts for the organisation now, the first to come first."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.organisation_id == organisation_id, Membership.ended_at.is_(None))
            .order_by(Membership.id)
        )
    )


def _of(person: Person) -> Mapping[str, Organisation]:
    """The unnumbered organisations a person acts for, by name key."""
    found = db.session.scalars(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person.id,
            Membership.ended_at.is_(None),
            Organisation.company_number.is_(None),
        )
    )
    return {organisation.name_key: organisation for organisation in found}


def _join(organisation: Organisation, person: Person) -> None:
    lock(organisation)
    members = members_of(organisation.id)
    if any(member.person_id == person.id for member in members):
        return
    if members:
        raise HeldByOthersError(organisation)
    enrol(organisation, person, person)


def enrol(organisation: Organisation, person: Person, actor: Person) -> Membership:
    """Let somebody act for an organisation, in the caller's transaction, which holds it."""
    membership = db.session.scalars(
        select(Membership).where(
            Membership.organisation_id == organisation.id, Membership.person_id == person.id
        )
    ).one_or_none()
    if membership is not None and membership.ended_at is None:
        return membership
    if membership is None:
        membership = Membership(organisation_id=organisation.id, person_id=person.id, since=clock.now())
        db.session.add(membership)
    membership.since, membership.ended_at = clock.now(), None
    casework.note(KIND, organisation.id, "join", actor, recorded={"person_id": person.id})
    return membership


def _numbered(company_number: str) -> Organisation | None:
    return db.session.scalars(
        select(Organisation).where(Organisation.company_number == company_number)
    ).one_or_none()


def _file_once(details: Details, actor: Person | None) -> tuple[Organisation, bool]:
    filed = db.session.execute(
        insert(Organisation)
        .values(row_of(details))
        .on_conflict_do_nothing(index_elements=["company_number"])
        .returning(Organisation.id)
    ).scalar_one_or_none()
    organisation = _numbered(str(details.company_number))
    if organisation is None:
        raise LookupError(f"the organisation with number {details.company_number} has just disappeared")
    if filed is not None:
        _open_record(organisation, details, actor)
    return organisation, filed is not None


def _file(details: Details, actor: Person | None) -> Organisation:
    organisation = Organisation(**row_of(details))
    db.session.add(organisation)
    db.session.flush()
    _open_record(organisation, details, actor)
    return organisation


def _open_record(organisation: Organisation, details: Details, actor: Person | None) -> None:
    casework.note(KIND, organisation.id, "register", actor, personal=_described(organisation))
    db.session.add_all(SizeFacts(**row) for row in first_figures(organisation.id, details, actor))
    company_facts.promise_first(organisation)


def row_of(details: Details) -> dict[str, Any]:
    """The columns of an organisation's record, from what was said of it."""
    return {
        **{name: getattr(details, name) for name in Details.__slots__},
        "name_key": identifiers.name_key(details.name),
        "created_at": clock.now(),
    }


def first_figures(organisation_id: int, details: Details, actor: Person | None) -> list[dict[str, Any]]:
    """The columns of the first facts of a new organisation's size; no row where no figure was given."""
    figures = {name: getattr(details, name) for name in FIGURES}
    if all(figure is None for figure in figures.values()):
        return []
    of_year = {"year_ended_on": details.year_ended_on, "no_accounts": False, "months": YEAR}
    said = {"said_by_id": actor.id if actor else None, "said_at": clock.now()}
    return [{"organisation_id": organisation_id, **of_year, **figures, **STATED, **said}]


def enterprise_of(organisation: Organisation) -> Enterprise:
    """What the record says of an organisation, as the checks of the rulebook read it."""
    return Enterprise(
        authority=organisation.authority,
        staff=organisation.staff_count,
        turnover_pence=organisation.turnover_pence,
        assets_pence=organisation.gross_assets_pence,
        registered_on=organisation.incorporated_on,
        legal_form=organisation.legal_form,
        sector=organisation.sector,
        is_trading=eligibility.trading_by(organisation.company_status),
        is_solvent=eligibility.solvent_by(organisation.company_status),
    )


def _described(organisation: Organisation) -> dict[str, Any]:
    """Every detail as an event holds it."""
    return described({name: getattr(organisation, name) for name in Details.__slots__})


def described(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The details among these columns, in the form an event holds them."""
    ended_on = columns["year_ended_on"]
    found = {name: columns[name] for name in Details.__slots__}
    return found | {"year_ended_on": ended_on.isoformat() if ended_on else None}
