"""Keeps the size of an organisation year by year: what was said stays, a correction is said anew."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.organisations import Organisation, SizeFacts
from fundapp.models.people import Person
from fundapp.queries import organisations as queries
from fundapp.services import casework
from fundapp.services.organisations import FIGURES, KIND, STATED, insist_member
from fundapp.services.stale import StaleError
from fundapp.transaction import lock, transaction
from workflows.machine import Blocked, Blocker
from workflows.rules import sizes
from workflows.rules.schedule import day_in_words
from workflows.rules.sizes import YEAR, Figures

# What an officer says who has compared the figures with the accounts that were filed.
FILED = {"source": "companies_house", "verified": True}
CHANGED = Blocker(
    "figures_changed",
    "These figures have changed since the page was opened.",
    "Look at what stands there now.",
)


@dataclass(frozen=True, slots=True)
class Said:
    """The size of an organisation in one year, its whole group counted; without a year it has no accounts."""

    staff_count: int | None
    turnover_pence: int | None
    gross_assets_pence: int | None
    year_ended_on: date | None = None
    months: int = YEAR
    no_accounts: bool = False


@transaction()
def state(organisation: Organisation, said: Said, actor: Person, version: int | None = None) -> SizeFacts:
    """Keep what a member says of one year; a year said before is corrected, and that stays on record.

    In order: the row is locked; a year that is not over, or figures without accounts where a year has some,
    raise `Blocked`; figures that say the same as those that count change nothing; a `version` must be that of
    the latest year's facts (nought where there are none), or `StaleError` carries both; the facts are added;
    the organisation takes the figures of its latest year; an event names the facts.
    """
    lock(organisation)
    insist_member(organisation, actor)
    there = queries.sizes_of(organisation.id)
    _insist_on_year(said, [facts.year_ended_on for facts in there if facts.year_ended_on])
    same = next((facts for facts in there if said_in(facts) == said), None)
    if same is not None:
        return same
    latest = next(iter(there), None)
    if latest is not None and version not in (None, latest.id):
        raise StaleError(asdict(said), asdict(said_in(latest)), latest.id, latest.said_at, latest.said_by)
    return _add(organisation, said, actor, "state_size", STATED)


@transaction()
def take_back(organisation: Organisation, ended_on: date, actor: Person) -> None:
    """Take back what was said of a year; it stays on record and counts no more.

    In order: the row is locked; a year nothing counts of raises `Blocked`; facts that say nothing are added;
    the organisation takes the figures of its latest year left; an event names the facts.
    """
    lock(organisation)
    insist_member(organisation, actor)
    said = queries.sizes_of(organisation.id)
    there = next((facts for facts in said if facts.year_ended_on == ended_on), None)
    if there is None:
        raise Blocked((CHANGED,))
    nothing = replace(said_in(there), staff_count=None, turnover_pence=None, gross_assets_pence=None)
    _add(organisation, nothing, actor, "take_back_size", STATED)


@transaction()
def verify(organisation: Organisation, facts_id: int, actor: Person) -> SizeFacts:
    """Say that these figures are those of the accounts that were filed; an officer has compared them.

    In order: the row is locked; facts that count no more, or of no accounts, raise `Blocked`; the same
    figures are added as verified; an event names the facts.
    """
    lock(organisation)
    there = next((each for each in queries.sizes_of(organisation.id) if each.id == facts_id), None)
    if there is None or there.year_ended_on is None:
        raise Blocked((CHANGED,))
    return there if there.verified else _add(organisation, said_in(there), actor, "verify_size", FILED)


def said_in(facts: SizeFacts) -> Said:
    """What these facts say."""
    return Said(**{each.name: getattr(facts, each.name) for each in fields(Said)})


def figures_in(facts: SizeFacts) -> Figures:
    """The same as the size tests read it."""
    return Figures(facts.staff_count, facts.turnover_pence, facts.gross_assets_pence, facts.months)


def _insist_on_year(said: Said, years: list[date]) -> None:
    if said.no_accounts and years:
        reason = f"You gave figures of the year that ended on {day_in_words(max(years))}."
        raise Blocked(
            (Blocker("has_accounts", reason, "Take that year back before you say it has no accounts."),)
        )
    today = clock.in_london(clock.now()).date()
    wrong = said.year_ended_on and sizes.wrong_with_year(said.year_ended_on, today)
    if wrong:
        raise Blocked((Blocker("year_to_come", f"{wrong}."),))


def _add(
    organisation: Organisation, said: Said, actor: Person, action: str, how: dict[str, Any]
) -> SizeFacts:
    columns = {each.name: getattr(said, each.name) for each in fields(said)}
    facts = SizeFacts(
        organisation_id=organisation.id, **columns, **how, said_by_id=actor.id, said_at=clock.now()
    )
    db.session.add(facts)
    db.session.flush()
    _keep_latest(organisation)
    casework.note(KIND, organisation.id, action, actor, recorded={"size_facts_id": facts.id})
    return facts


def _keep_latest(organisation: Organisation) -> None:
    """The figures everybody reads are those of the latest year, or of none where there is no year."""
    latest = next(iter(queries.sizes_of(organisation.id)), None)
    for name in ("year_ended_on", *FIGURES):
        setattr(organisation, name, getattr(latest, name) if latest else None)
