"""The only door through which a state changes: lock, ask the rulebook, write state, event and outbox."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, cast

from fundapp import chain, clock, outbox
from fundapp.access import held_by
from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.events import Event
from fundapp.models.people import Person
from fundapp.transaction import lock, lock_all
from workflows.actors import Permission
from workflows.effects import Effect
from workflows.machine import Blocker, Facts, Machine, Plan, Request, Transition
from workflows.machines import machine_for
from workflows.pathways import pathway

NO_FACTS: Facts = {}
SYSTEM: None = None
OPENED = "open"


class Case(Protocol):
    """A thing with a state: a round, bid, assessment, meeting, award, claim or payment run."""

    case_kind: ClassVar[str]
    id: int
    state: str
    state_since: datetime


def machine_of(case: Case) -> Machine:
    """The machine this case follows; a bid's is the pathway its round pinned."""
    if isinstance(case, Application):
        return pathway(case.round.pathway, case.round.pathway_version).machine
    return machine_for(case.case_kind)


def open_case(
    case: Case,
    actor: Person | None,
    *,
    recorded: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    effects: tuple[Effect, ...] = (),
) -> Event:
    """File a new case: its row in the machine's first state, its first event, what must follow."""
    machine = machine_of(case)
    case.state = machine.initial
    case.state_since = clock.now()
    db.session.add(case)
    db.session.flush()
    event = chain.append(
        case.case_kind,
        case.id,
        OPENED,
        source=None,
        target=case.state,
        actor_id=actor.id if actor else None,
        facts=recorded or {},
        personal=personal,
        is_first=True,
    )
    _promise(case, event, effects)
    return event


def advance(
    case: Case,
    action: str,
    actor: Person | None,
    *,
    facts: Facts = NO_FACTS,
    recorded: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    acting_for: Person | None = None,
    is_held: bool = False,
) -> Event:
    """Take one step of a case, or raise `Blocked` with every reason why not.

    In order: lock the row; ask the rulebook for a plan, with `facts` for its guards; give the row its
    new state; write one event holding `recorded` (ids, states, dates, amounts) and, apart from it,
    `personal` (names, free text); write one outbox row for each consequence. `actor` is `SYSTEM`
    when the clock acts; `is_held` says that the caller has locked the row and judged by what it read
    since. The caller's transaction commits all of it or none.
    """
    if not is_held:
        lock(cast("Application", case))
    plan = machine_of(case).plan(case, action, _request(case, actor, facts))
    case.state = plan.target
    case.state_since = clock.now()
    event = chain.append(
        case.case_kind,
        case.id,
        action,
        source=plan.source,
        target=plan.target,
        actor_id=actor.id if actor else None,
        acting_for_id=acting_for.id if acting_for else None,
        facts=recorded or {},
        personal=personal,
    )
    _promise(case, event, plan.consequences)
    return event


@dataclass(frozen=True, slots=True)
class Arrival:
    """A case that comes in complete: its first step is taken as it is filed.

    `request` says with whose permissions, as of which instant and knowing what the rulebook judges.
    """

    case: Case
    request: Request
    opened: Mapping[str, Any]
    acting_for_id: int | None = None
    personal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One step of one case among many; `request` says with whose permissions and knowing what.

    `recorded` and `personal` go into its event, as `advance` has it.
    """

    case: Case
    request: Request
    recorded: Mapping[str, Any]
    personal: Mapping[str, Any] | None = None
    acting_for_id: int | None = None


def file_all(
    arrivals: Sequence[Arrival], action: str, actor: Person, recorded: Callable[[Any], Mapping[str, Any]]
) -> None:
    """File many new cases of one kind and take the same first step of each, or raise `Blocked`.

    In order: the rulebook plans every step before anything is written; the rows are filed in their new
    states; each case gets its two events, the second holding what `recorded` says of the filed row;
    each consequence becomes an outbox row.
    """
    plans = [_plan_arrival(arrival, action) for arrival in arrivals]
    for arrival, plan in zip(arrivals, plans, strict=True):
        arrival.case.state, arrival.case.state_since = plan.target, clock.now()
    db.session.add_all(arrival.case for arrival in arrivals)
    db.session.flush()
    steps = {
        arrival.case.id: (
            chain.Step(OPENED, None, plan.source, arrival.opened),
            chain.Step(
                action,
                plan.source,
                plan.target,
                recorded(arrival.case),
                arrival.personal,
                arrival.acting_for_id,
            ),
        )
        for arrival, plan in zip(arrivals, plans, strict=True)
    }
    events = chain.begin(arrivals[0].case.case_kind, steps, actor.id) if arrivals else {}
    outbox.stage_all(
        [
            promise
            for arrival, plan in zip(arrivals, plans, strict=True)
            for promise in _promises(arrival.case, events[arrival.case.id][-1], plan.consequences)
        ]
    )


def advance_all(moves: Sequence[Move], action: str, actor: Person) -> None:
    """Take the same step of many cases of one kind, a few statements for all of them, or raise `Blocked`.

    In order: every row is locked; the rulebook plans every step before anything is written; each case
    gets its new state and its event; each consequence becomes an outbox row.
    """
    if not moves:
        return
    lock_all([cast("Application", move.case) for move in moves])
    plans = [machine_of(move.case).plan(move.case, action, move.request) for move in moves]
    steps: dict[int, list[chain.Step]] = {}
    for move, plan in zip(moves, plans, strict=True):
        move.case.state, move.case.state_since = plan.target, clock.now()
        step = chain.Step(action, plan.source, plan.target, move.recorded, move.personal, move.acting_for_id)
        steps[move.case.id] = [step]
    events = chain.follow(moves[0].case.case_kind, steps, actor.id)
    outbox.stage_all(
        [
            promise
            for move, plan in zip(moves, plans, strict=True)
            for promise in _promises(move.case, events[move.case.id][-1], plan.consequences)
        ]
    )


def _plan_arrival(arrival: Arrival, action: str) -> Plan:
    machine = machine_of(arrival.case)
    arrival.case.state = machine.initial
    return machine.plan(arrival.case, action, arrival.request)


def note(
    kind: str,
    subject_id: int,
    action: str,
    actor: Person | None,
    *,
    recorded: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> Event:
    """Write an event for a change that has no machine: a person, a role, an organisation, a clock."""
    return chain.append(
        kind,
        subject_id,
        action,
        source=None,
        target="",
        actor_id=actor.id if actor else None,
        facts=recorded or {},
        personal=personal,
    )


def note_all(kind: str, steps: Mapping[int, Sequence[chain.Step]], actor: Person) -> None:
    """Write events like `note` for many subjects; the caller holds the locks of those not just made."""
    chain.follow(kind, steps, actor.id)


def blockers(case: Case, action: str, actor: Person | None, facts: Facts = NO_FACTS) -> tuple[Blocker, ...]:
    """Why this person may not take this step now; empty when they may. For buttons and refusals alike."""
    return machine_of(case).blockers(case, action, _request(case, actor, facts))


def available(case: Case, actor: Person | None, facts: Facts = NO_FACTS) -> tuple[Transition, ...]:
    """The steps this person may take now."""
    return machine_of(case).available(case, _request(case, actor, facts))


def _request(case: Case, actor: Person | None, facts: Facts) -> Request:
    permissions = held_by(actor, case) if actor else frozenset({Permission.SYSTEM_RUN})
    return Request(permissions, clock.now(), actor.id if actor else None, facts)


def _promise(case: Case, event: Event, effects: tuple[Effect, ...]) -> None:
    for promise in _promises(case, event, effects):
        outbox.stage(promise.kind, promise.business_key, promise.payload, promise.not_before)


def _promises(case: Case, event: Event, effects: tuple[Effect, ...]) -> Iterator[outbox.Promise]:
    for number, effect in enumerate(effects, start=1):
        yield outbox.Promise(
            effect.kind,
            f"{event.id}-{number}",
            {"event_id": event.id, "case_kind": case.case_kind, "case_id": case.id, **effect.arguments},
            _held_until(case) if effect.arguments.get("held") else None,
        )


def _held_until(case: Case) -> datetime | None:
    return cast("Application", case).decision_release_at
