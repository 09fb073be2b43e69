"""The state machine every case follows: what may happen, what stops it, and what follows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.actors import Permission
from workflows.effects import NO_NOTICE, Effect, Notice

Facts = Mapping[str, object]
_PERMISSIONS = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: with which permissions, at which instant, by whom, knowing what."""

    permissions: frozenset[Permission]
    now: datetime
    actor_id: int | None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why a step may not be taken now, in a sentence for people, and what would put it right."""

    code: str
    reason: str
    remedy: str = ""


Guard = Callable[[Any, Request], Blocker | Iterable[Blocker] | None]


@dataclass(frozen=True, slots=True)
class State:
    """A place a case can be: its name for staff, its name for everybody else, and how long is too long."""

    key: str
    staff_name: str
    public_name: str
    final: bool = False
    max_days: int | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from where to where, who may take it, what must be true, what follows, who hears."""

    action: str
    sources: tuple[str, ...]
    target: str
    permission: Permission
    label: str
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    notice: Notice = NO_NOTICE

    @property
    def reads(self) -> tuple[str, ...]:
        """The keys of `Request.facts` its guards read, in order of name."""
        return tuple(sorted({key for guard in self.guards for key in getattr(guard, "reads", ())}))

    def blockers(self, case: Any, request: Request) -> tuple[Blocker, ...]:
        """Everything that stops this step; without the permission the guards are not even asked."""
        if self.permission not in request.permissions:
            return (Blocker("not_permitted", f"You may not do this: {self.label.lower()}."),)
        return tuple(found for guard in self.guards for found in _judge(guard, case, request))


class MissingFactError(LookupError):
    """A guard needs a fact that the caller did not bring."""


class Blocked(Exception):
    """A step was refused; `blockers` says why."""

    def __init__(self, blockers: tuple[Blocker, ...]) -> None:
        super().__init__(" ".join(blocker.reason for blocker in blockers))
        self.blockers = blockers


@dataclass(frozen=True, slots=True)
class Plan:
    """A step that may be taken now: the new state, what must follow, who hears."""

    action: str
    source: str
    target: str
    effects: tuple[Effect, ...]
    notice: Notice

    @property
    def consequences(self) -> tuple[Effect, ...]:
        """The effects and then the notice's messages: everything to promise with the step."""
        return self.effects + self.notice.messages


@dataclass(frozen=True)
class Machine:
    """A whole process as a table of states and transitions."""

    name: str
    version: int
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def state(self, key: str) -> State:
        """The state of this key; `LookupError` when the machine has none."""
        for state in self.states:
            if state.key == key:
                return state
        raise LookupError(f"{self.name} has no state {key!r}")

    def transition(self, source: str, action: str) -> Transition | None:
        """The one step this action means in this state, if any."""
        for step in self.transitions:
            if step.action == action and source in step.sources:
                return step
        return None

    def actions(self) -> tuple[str, ...]:
        """Every action the machine knows, once each, in table order."""
        return tuple(dict.fromkeys(step.action for step in self.transitions))

    def blockers(self, case: Any, action: str, request: Request) -> tuple[Blocker, ...]:
        """Everything that stops the action now; empty means it may be done."""
        step = self.transition(case.state, action)
        return (self._misplaced(case.state, action),) if step is None else step.blockers(case, request)

    def available(self, case: Any, request: Request) -> tuple[Transition, ...]:
        """The steps nothing stops, in table order."""
        here = (step for step in self.transitions if case.state in step.sources)
        return tuple(step for step in here if not step.blockers(case, request))

    def plan(self, case: Any, action: str, request: Request) -> Plan:
        """What the action would do; raises `Blocked` when something stops it."""
        blockers = self.blockers(case, action, request)
        step = self.transition(case.state, action)
        if blockers or step is None:
            raise Blocked(blockers)
        return Plan(action, case.state, step.target, step.effects, step.notice)

    def mistakes(self) -> tuple[str, ...]:
        """Every fault of the table itself, each in a sentence; empty means it is sound."""
        return tuple(_mistakes(self))

    def to_mermaid(self, public: bool = False) -> str:
        """The table as a Mermaid state diagram, with the staff's names or with everybody's."""
        return "\n".join(_public_diagram(self) if public else _staff_diagram(self)) + "\n"

    def _misplaced(self, source: str, action: str) -> Blocker:
        name = self.state(source).staff_name
        steps = [step for step in self.transitions if step.action == action]
        if not steps:
            return Blocker("unknown_action", f"There is no step called “{action}”.")
        sources = dict.fromkeys(key for step in steps for key in step.sources)
        places = ", ".join(self.state(key).staff_name for key in sources)
        return Blocker(
            "wrong_state",
            f"“{steps[0].label}” is not possible while this is “{name}”.",
            f"It can be done from: {places}. Somebody may have acted since you opened the page.",
        )


def _judge(guard: Guard, case: Any, request: Request) -> Iterator[Blocker]:
    try:
        found = guard(case, request)
        if isinstance(found, Blocker):
            yield found
        elif found is not None:
            yield from found
    except MissingFactError as missing:
        yield Blocker("fact_missing", f"This cannot be judged yet: {missing.args[0]} is not known.")


def _mistakes(machine: Machine) -> Iterator[str]:
    keys = [state.key for state in machine.states]
    yield from (f"{machine.name}: the state {key} is listed twice" for key in keys if keys.count(key) > 1)
    for state in machine.states:
        if not (state.staff_name.strip() and state.public_name.strip()):
            yield f"{machine.name}: the state {state.key} needs a staff name and a public name"
    if machine.initial not in keys:
        yield f"{machine.name}: it begins in {machine.initial}, which is not one of its states"
    for step in machine.transitions:
        yield from _step_mistakes(machine, step, frozenset(keys))
    yield from _doubled(machine)
    yield from _unreachable(machine)
    yield from _dead_ends(machine)


def _step_mistakes(machine: Machine, step: Transition, keys: frozenset[str]) -> Iterator[str]:
    where = f"{machine.name}: the step {step.action} to {step.target}"
    if not step.sources:
        yield f"{where} starts nowhere"
    for key in (*step.sources, step.target):
        if key not in keys:
            yield f"{where} names {key}, which is not one of its states"
    if step.permission not in _PERMISSIONS:
        yield f"{where} asks for no known permission"
    if not step.label.strip():
        yield f"{where} has no label"
    if not step.notice.is_stated:
        yield f"{where} does not say who hears of it, or why nobody does"


def _doubled(machine: Machine) -> Iterator[str]:
    pairs = [(source, step.action) for step in machine.transitions for source in step.sources]
    for source, action in dict.fromkeys(pair for pair in pairs if pairs.count(pair) > 1):
        yield f"{machine.name}: {action} means two things in the state {source}"


def _unreachable(machine: Machine) -> Iterator[str]:
    reached = _closure({machine.initial}, {key: _targets(machine, key) for key in _keys(machine)})
    for key in _keys(machine):
        if key not in reached:
            yield f"{machine.name}: the state {key} can never be reached"


def _dead_ends(machine: Machine) -> Iterator[str]:
    finals = {state.key for state in machine.states if state.final}
    backwards: dict[str, set[str]] = {key: set() for key in _keys(machine)}
    for source in _keys(machine):
        for target in _targets(machine, source):
            backwards.setdefault(target, set()).add(source)
    ending = _closure(finals, backwards)
    for key in _keys(machine):
        if key not in ending:
            yield f"{machine.name}: the state {key} is a dead end, no final state follows it"


def _keys(machine: Machine) -> tuple[str, ...]:
    return tuple(state.key for state in machine.states)


def _targets(machine: Machine, source: str) -> set[str]:
    return {step.target for step in machine.transitions if source in step.sources}


def _closure(start: set[str], ways: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        fresh = ways.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting.extend(fresh)
    return reached


def _staff_diagram(machine: Machine) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield from (f'    state "{state.staff_name}" as {state.key}' for state in machine.states)
    yield f"    [*] --> {machine.initial}"
    for step in machine.transitions:
        yield from (f"    {source} --> {step.target}: {step.label}" for source in step.sources)
    yield from (f"    {state.key} --> [*]" for state in machine.states if state.final)


def _public_diagram(machine: Machine) -> Iterator[str]:
    names = {state.key: state.public_name for state in machine.states}
    ids = {name: f"s{number}" for number, name in enumerate(dict.fromkeys(names.values()), start=1)}
    yield "stateDiagram-v2"
    yield from (f'    state "{name}" as {known}' for name, known in ids.items())
    yield f"    [*] --> {ids[names[machine.initial]]}"
    moves = (
        (ids[names[source]], ids[names[step.target]])
        for step in machine.transitions
        for source in step.sources
    )
    yield from (f"    {a} --> {b}" for a, b in dict.fromkeys(moves) if a != b)
    ends = dict.fromkeys(ids[state.public_name] for state in machine.states if state.final)
    yield from (f"    {end} --> [*]" for end in ends)
