"""Finds or files the people and organisations behind imported bids, a few statements for many of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from fundapp import clock
from fundapp.bulk import insert_many
from fundapp.chain import Step
from fundapp.extensions import db
from fundapp.models.organisations import Membership, Organisation, SizeFacts
from fundapp.models.people import Person, RoleGrant
from fundapp.services import accounts, casework, organisations
from fundapp.services.imports.bid_rows import BidRow
from fundapp.services.imports.records import Circle
from fundapp.services.organisations import Details
from fundapp.transaction import lock_all
from workflows.actors import Role
from workflows.rules.identifiers import name_key

Circles = dict[Circle, int]


def people_of(rows: Sequence[BidRow], actor: Person) -> dict[str, Person]:
    """The leads of these bids by address: each on record, or filed as an applicant without a password."""
    names = {row.contact_email: row.contact_name for row in rows}
    rows_of = [
        {"name": name, "name_key": name_key(name), "email": email, "created_at": clock.now()}
        for email, name in names.items()
    ]
    made = db.session.execute(
        insert_many(Person, rows_of).on_conflict_do_nothing(index_elements=["email"]).returning(Person.id)
    )
    new = frozenset(made.scalars())
    people = {each.email: each for each in db.session.scalars(select(Person).where(Person.email.in_(names)))}
    _let_apply({person.id for person in people.values()}, new, actor)
    return people


def firms_of(
    rows: Sequence[BidRow], people: Mapping[str, Person], circles: Circles, actor: Person
) -> dict[int, Organisation]:
    """The organisations of these bids by row number, each bid's lead one of its people.

    `circles` holds the ids of organisations without a company number, and gains the new ones.
    """
    steps: dict[int, list[Step]] = defaultdict(list)
    new: dict[int, Details] = {}
    numbered = _numbered(rows, new)
    _file_circles(rows, circles, new)
    _keep_sizes(new, actor)
    for firm_id, details in new.items():
        steps[firm_id].append(_registered(details))
    ids = {
        row.number: numbered[row.organisation.company_number]
        if row.organisation.company_number
        else circles[row.circle]
        for row in rows
    }
    found = select(Organisation).where(Organisation.id.in_(set(ids.values())))
    firms = {firm.id: firm for firm in db.session.scalars(found)}
    joined = _enrol({(ids[row.number], people[row.contact_email].id) for row in rows})
    lock_all([firms[each] for each in {firm_id for firm_id, _ in joined}])
    for firm_id, person_id in joined:
        steps[firm_id].append(Step("join", None, "", {"person_id": person_id}))
    casework.note_all(organisations.KIND, steps, actor)
    return {number: firms[firm_id] for number, firm_id in ids.items()}


def _let_apply(ids: set[int], new: frozenset[int], actor: Person) -> None:
    """Make applicants of those who are none yet; one event says that somebody was imported, or was let in."""
    role = Role.APPLICANT.value
    held = select(RoleGrant.person_id).where(
        RoleGrant.person_id.in_(ids - new), RoleGrant.role == role, RoleGrant.ended_at.is_(None)
    )
    lacking = sorted(ids - set(db.session.scalars(held)))
    if not lacking:
        return
    granted = {"role": role, "granted_by_id": actor.id, "granted_at": clock.now()}
    db.session.execute(insert_many(RoleGrant, [{"person_id": each, **granted} for each in lacking]))
    steps = {
        each: [Step("import" if each in new else "grant_role", None, "", {"role": role})] for each in lacking
    }
    casework.note_all(accounts.KIND, steps, actor)


def _keep_sizes(new: Mapping[int, Details], actor: Person) -> None:
    """Keep what the rows say of the size of each new organisation."""
    figures = [
        row for firm_id, each in new.items() for row in organisations.first_figures(firm_id, each, actor)
    ]
    if figures:
        db.session.execute(insert_many(SizeFacts, figures))


def _numbered(rows: Sequence[BidRow], new: dict[int, Details]) -> dict[str, int]:
    details = {
        row.organisation.company_number: row.organisation for row in rows if row.organisation.company_number
    }
    if not details:
        return {}
    made = db.session.execute(
        insert_many(Organisation, [organisations.row_of(each) for each in details.values()])
        .on_conflict_do_nothing(index_elements=["company_number"])
        .returning(Organisation.id, Organisation.company_number)
    )
    for firm_id, number in made:
        new[firm_id] = details[str(number)]
    found = select(Organisation.company_number, Organisation.id).where(
        Organisation.company_number.in_(details)
    )
    return {str(number): firm_id for number, firm_id in db.session.execute(found)}


def _file_circles(rows: Sequence[BidRow], circles: Circles, new: dict[int, Details]) -> None:
    unknown = {
        row.circle: row.organisation
        for row in rows
        if row.organisation.company_number is None and row.circle not in circles
    }
    if not unknown:
        return
    made = db.session.execute(
        insert(Organisation).returning(Organisation.id, sort_by_parameter_order=True),
        [organisations.row_of(each) for each in unknown.values()],
    ).scalars()
    for (circle, details), firm_id in zip(unknown.items(), made, strict=True):
        circles[circle] = firm_id
        new[firm_id] = details


def _registered(details: Details) -> Step:
    return Step("register", None, "", {}, organisations.described(organisations.row_of(details)))


def _enrol(pairs: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Make each person one of the organisation's people, and say for whom that was news."""
    key = (Membership.organisation_id, Membership.person_id)
    back = db.session.execute(
        update(Membership)
        .where(tuple_(*key).in_(pairs), Membership.ended_at.is_not(None))
        .values(since=clock.now(), ended_at=None)
        .returning(*key)
        .execution_options(synchronize_session=False)
    ).all()
    rows = [
        {"organisation_id": firm_id, "person_id": person_id, "since": clock.now()}
        for firm_id, person_id in sorted(pairs)
    ]
    new = db.session.execute(
        insert_many(Membership, rows)
        .on_conflict_do_nothing(index_elements=["organisation_id", "person_id"])
        .returning(*key)
    ).all()
    return [(firm_id, person_id) for firm_id, person_id in (*back, *new)]
