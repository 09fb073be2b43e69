"""Has a company looked up at Companies House, and keeps what it says beside what was stated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from fundapp import clock, outbox
from fundapp.extensions import db
from fundapp.gateways.companies_house import CompaniesHouseDown, Profile, open_companies_house
from fundapp.installed import settings
from fundapp.models.organisations import CompanyFacts, Organisation
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import casework
from fundapp.transaction import lock, transaction
from workflows.machine import Blocked, Blocker

# How long after each try that reached nobody the next one comes; after the last the office may ask again.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 10, 60, 360, 1440))
OFF = Blocker("switched_off", "Nobody asks Companies House here: no key for it is set.", "Compare by hand.")
NO_NUMBER = Blocker("no_number", "This organisation has no company number.", "Compare by hand.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What came of asking: the company, that there is none, or that nobody could be reached."""

    outcome: str
    profile: Profile | None = None


@transaction()
def ask_again(organisation: Organisation, actor: Person) -> None:
    """Promise another look at Companies House, for an officer.

    In order: the row is locked; without a key or a company number it raises `Blocked`; the look is
    promised, once however often it is pressed before the answer is there; an event says who asked.
    """
    lock(organisation)
    if not settings().companies_house_key:
        raise Blocked((OFF,))
    if organisation.company_number is None:
        raise Blocked((NO_NUMBER,))
    last = queries.last_answer(organisation.id)
    _promise(organisation, after=last.id if last else 0)
    casework.note(Organisation.case_kind, organisation.id, "ask_companies_house", actor)


def promise_first(organisation: Organisation) -> None:
    """Promise the look a new record begins with, in the caller's transaction; none where it cannot be had."""
    if settings().companies_house_key and organisation.company_number:
        _promise(organisation)


def ask(payload: Mapping[str, Any]) -> Lookup | None:
    """Ask over the network, outside any transaction; nothing where it was switched off meanwhile."""
    there = open_companies_house(settings())
    if there is None:
        return None
    try:
        profile = there.company(payload["company_number"])
    except CompaniesHouseDown as down:
        log.warning("companies_house_down", tries=payload["tries"], why=str(down))
        return Lookup("unreachable")
    return Lookup("found", profile) if profile else Lookup("not_found")


def fulfil(payload: Mapping[str, Any], lookup: Lookup | None) -> None:
    """Keep what came of asking, inside the outbox's own transaction.

    In order: the facts are added; where the company was found, its record takes the day it was registered
    and how it stands; an event names the facts; where nobody was reached another try is promised after a
    pause, until the pauses are over.
    """
    if lookup is None:
        return
    organisation = db.session.get_one(Organisation, payload["organisation_id"])
    lock(organisation)
    facts = CompanyFacts(
        organisation_id=organisation.id,
        asked_at=clock.now(),
        outcome=lookup.outcome,
        **_columns(lookup.profile),
    )
    db.session.add(facts)
    if lookup.profile:
        organisation.incorporated_on = lookup.profile.incorporated_on
        organisation.company_status = lookup.profile.status
    db.session.flush()
    recorded = {"company_facts_id": facts.id, "outcome": facts.outcome}
    casework.note(
        Organisation.case_kind, organisation.id, "look_up_company", casework.SYSTEM, recorded=recorded
    )
    if facts.outcome == "unreachable" and payload["tries"] < len(PAUSES):
        _promise(organisation, payload["after"], payload["tries"] + 1)


def _promise(organisation: Organisation, after: int = 0, tries: int = 0) -> None:
    """The look that follows the answer `after`, for the so many-th time."""
    pause = PAUSES[tries - 1] if tries else timedelta(0)
    payload = {
        "organisation_id": organisation.id,
        "company_number": organisation.company_number,
        "after": after,
        "tries": tries,
    }
    outbox.stage("look_up_company", f"{organisation.id}-{after}-{tries}", payload, clock.now() + pause)


def _columns(profile: Profile | None) -> dict[str, Any]:
    if profile is None:
        return {}
    return {
        "name": profile.name,
        "status": profile.status,
        "registered_postcode": profile.registered_postcode,
        "incorporated_on": profile.incorporated_on,
        "sic_codes": list(profile.sic_codes),
    }
