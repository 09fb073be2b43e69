"""Bids while they are written: begun, answered question by question, given their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from fundapp import clock
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.bid_files import BidFile
from fundapp.models.funds import Round
from fundapp.models.organisations import Organisation
from fundapp.models.people import Person
from fundapp.queries import clarifications
from fundapp.services import casework
from fundapp.services.organisations import enterprise_of, insist_member
from fundapp.services.stale import StaleError
from fundapp.transaction import lock, transaction
from workflows.actors import Permission
from workflows.funds import completeness
from workflows.funds.attached import Attached
from workflows.funds.completeness import Written
from workflows.funds.gap import Gap
from workflows.funds.kinds import Value
from workflows.machine import Blocked, Blocker, Request
from workflows.rules.funding import Stated
from workflows.rules.scans import Scan
from workflows.rules.schedule import round_open

Files = Mapping[str, Sequence[BidFile]]

BEING_WRITTEN = frozenset({"draft"})
ASKED = "clarification"
NO_FILES: Files = {}


@dataclass(frozen=True, slots=True)
class Project:
    """What a bid says of its project, each part already in the form it is kept in."""

    title: str = ""
    summary: str = ""
    theme: str | None = None
    starts_on: date | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """What the costs of a bid come to: worked out from its cost sheets, or imported as sums."""

    total_cost_pence: int = 0
    grant_requested_pence: int = 0
    match_funding_pence: int = 0
    rd_share_bp: int = 0
    rd_type: str = "experimental"


NO_MONEY = Money()


@transaction()
def start(call: Round, organisation: Organisation, title: str, actor: Person) -> Application:
    """Begin a bid: a draft with the next number of its round, led by the person who began it.

    In order: the round must be open and the person act for the organisation; a draft of the same
    title by the same person is found rather than made twice; the round's counter gives the number;
    the case is opened with its first event.
    """
    bid, _ = begin(call, organisation, Project(title=title), actor)
    return bid


def begin(
    call: Round, organisation: Organisation, project: Project, actor: Person
) -> tuple[Application, bool]:
    """Begin a bid in the caller's transaction, as `start` does, and say whether it is new."""
    insist_member(organisation, actor)
    bid = draft_of(call, organisation, actor, project)
    insist_open(bid, actor)
    lock(call)
    known = _same_draft(bid)
    if known is not None:
        return known, False
    number_from(bid, take_numbers(call))
    casework.open_case(bid, actor, recorded=opening_facts(bid))
    return bid, True


@transaction()
def save_project(bid: Application, project: Project, version: int, actor: Person) -> Application:
    """Keep what a bid says of its project.

    In order: the bid is locked and must be open to writing; the same words again change nothing;
    `version` must be the one last saved, or `StaleError` carries both; the words are kept.
    """
    lock(bid)
    insist_writable(bid, actor)
    saved = project_of(bid)
    if project == saved:
        return bid
    if bid.project_version != version:
        raise StaleError(
            asdict(project), asdict(saved), bid.project_version, bid.project_saved_at, bid.project_saved_by
        )
    put_project(bid, project)
    bid.project_version += 1
    bid.project_saved_at, bid.project_saved_by_id = clock.now(), actor.id
    return bid


def project_of(bid: Application) -> Project:
    """What a bid says of its project now."""
    return Project(**{name: getattr(bid, name) for name in Project.__dataclass_fields__})


def money_of(bid: Application) -> Money:
    """What the costs of a bid come to now."""
    return Money(**{name: getattr(bid, name) for name in Money.__dataclass_fields__})


def project_from(content: Mapping[str, Any]) -> Project:
    """What a version of a bid that was sent in says of its project."""
    said = {name: content[name] for name in Project.__dataclass_fields__}
    starts_on = said["starts_on"]
    return Project(**said | {"starts_on": date.fromisoformat(starts_on) if starts_on else None})


def money_from(content: Mapping[str, Any]) -> Money:
    """What the costs came to in a version of a bid that was sent in."""
    return Money(**{name: content[name] for name in Money.__dataclass_fields__ if name in content})


def put_project(bid: Application, project: Project) -> None:
    """Give a bid these words, in the caller's transaction."""
    for name in Project.__dataclass_fields__:
        setattr(bid, name, getattr(project, name))


def put_money(bid: Application, money: Money) -> None:
    """Give a bid these sums, in the caller's transaction."""
    for name in Money.__dataclass_fields__:
        setattr(bid, name, getattr(money, name))


def gaps_of(
    bid: Application, answers: Mapping[str, Value], files: Files, stated: Sequence[Stated]
) -> tuple[Gap, ...]:
    """Everything a bid still lacks, by the rules its round pinned.

    Answers and files come by question, `stated` are the cost sheets of its organisations.
    """
    return completeness.gaps(bid.round.rules, written(bid, answers, files, stated))


def written(
    bid: Application, answers: Mapping[str, Value], files: Files = NO_FILES, stated: Sequence[Stated] = ()
) -> Written:
    """What a bid says now, as the rulebook reads it."""
    return Written(
        title=bid.title,
        summary=bid.summary,
        theme=bid.theme,
        starts_on=bid.starts_on,
        months=bid.months,
        total_cost_pence=bid.total_cost_pence,
        grant_requested_pence=bid.grant_requested_pence,
        match_funding_pence=bid.match_funding_pence,
        enterprise=enterprise_of(bid.organisation),
        answers=answers,
        files={key: attached(added) for key, added in files.items()},
        stated=stated,
    )


def attached(files: Sequence[BidFile]) -> list[Attached]:
    """Files of a bid as the rulebook reads them."""
    return [Attached(each.name, each.scan == Scan.INFECTED) for each in files]


def insist_writable(
    bid: Application,
    actor: Person,
    permission: Permission = Permission.BID_EDIT,
    on: object | None = None,
) -> None:
    """Raise `Blocked` when this person may not write this bid, or a part `on` it; the caller holds it."""
    if permission not in held_by(actor, on or bid):
        raise Blocked((Blocker("not_permitted", "You may not change this bid."),))
    found = why_fixed(bid, actor)
    if found is not None:
        raise Blocked((found,))


def insist_answerable(bid: Application, question: str, actor: Person) -> None:
    """Raise `Blocked` when this person may not answer this question of a bid now; the caller holds it.

    While a bid is checked, that is what the office has asked about, and nothing else.
    """
    request = clarifications.asked(bid.id) if bid.state == ASKED else None
    is_asked = request is not None and question in request.questions
    if not (is_asked and Permission.BID_EDIT in held_by(actor, bid)):
        insist_writable(bid, actor)


def why_fixed(bid: Application, actor: Person) -> Blocker | None:
    """Why nobody may write a bid now: it is sent in, or its round takes no bids; nothing while they may."""
    if bid.state not in BEING_WRITTEN:
        name = casework.machine_of(bid).state(bid.state).public_name
        reason = f"This bid is “{name}”, so its answers are fixed."
        return Blocker("not_being_written", reason, "Reopen the bid to change them.")
    return _why_closed(bid, actor)


def insist_open(bid: Application, actor: Person) -> None:
    """Raise `Blocked` unless the bid's round takes bids at this instant."""
    found = _why_closed(bid, actor)
    if found is not None:
        raise Blocked((found,))


def _why_closed(bid: Application, actor: Person) -> Blocker | None:
    return round_open(bid, Request(frozenset(), clock.now(), actor.id))


def draft_of(
    call: Round, organisation: Organisation, lead: Person, project: Project, money: Money = NO_MONEY
) -> Application:
    """A bid nobody has filed yet: it has no number and is in no session."""
    bid = Application(
        round=call,
        round_id=call.id,
        organisation=organisation,
        organisation_id=organisation.id,
        lead=lead,
        lead_id=lead.id,
        created_at=clock.now(),
        project_version=1,
    )
    put_project(bid, project)
    put_money(bid, money)
    return bid


def take_numbers(call: Round, count: int = 1) -> int:
    """Take so many bid numbers of a round at once, and return the first; no two bids get the same."""
    following = db.session.execute(
        update(Round)
        .where(Round.id == call.id)
        .values(next_bid_number=Round.next_bid_number + count)
        .returning(Round.next_bid_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return following - count


def number_from(bid: Application, number: int) -> None:
    """Give a bid its number, and the reference people quote: FIF7-0147."""
    bid.number = number
    bid.reference = f"{bid.round.ref}-{number:04}"


def opening_facts(bid: Application) -> dict[str, Any]:
    """What the event of a bid's beginning holds for ever."""
    return {"round_id": bid.round_id, "organisation_id": bid.organisation_id, "lead_id": bid.lead_id}


def _same_draft(bid: Application) -> Application | None:
    return db.session.scalars(
        select(Application).where(
            Application.round_id == bid.round_id,
            Application.organisation_id == bid.organisation_id,
            Application.lead_id == bid.lead_id,
            Application.title == bid.title,
            Application.state.in_(BEING_WRITTEN),
        )
    ).first()
