"""Who may take which step where: a listed table, and everything outside it refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workflows.situations import (
    EVERY_PERMISSION,
    PERSON,
    moment_for,
    request_for,
    situation_for,
)
from workflows.actors import GRANTS, Permission, Role, granted
from workflows.cases import FACTS
from workflows.machine import Blocked, Blocker, Machine, Request, Transition
from workflows.soundness import machines

TABLE = Path(__file__).with_name("allowed_steps.txt")
CLOCK = "the clock"
MACHINES = {machine.name: machine for machine in machines()}
Row = tuple[str, str, str, str, frozenset[str]]


def listed() -> Iterator[Row]:
    machine = ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("## "):
            machine = line.removeprefix("## ")
            continue
        step, _, who = line.partition(": ")
        source, action, _, target = step.split()
        yield machine, source, action, target, frozenset({CLOCK} if who == CLOCK else who.split())


ALLOWED = {(machine, source, action): (target, who) for machine, source, action, target, who in listed()}
STEPS = [
    pytest.param(machine, step, source, id=f"{machine.name}-{source}-{step.action}")
    for machine in machines()
    for step in machine.transitions
    for source in step.sources
]


def held_by(who: str) -> frozenset[Permission]:
    return frozenset({Permission.SYSTEM_RUN}) if who == CLOCK else GRANTS[Role(who)]


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.name)
def test_nobody_takes_a_step_that_is_not_listed(machine: Machine) -> None:
    """Every state, action and role: allowed exactly where the table says, when all else is right."""
    seen: dict[tuple[str, str, str], tuple[str, frozenset[str]]] = {}
    for state in machine.states:
        for action in {action for each in machines() for action in each.actions()}:
            step = machine.transition(state.key, action)
            for who in (*Role, CLOCK):
                found = _outcome(machine, step, state.key, action, held_by(who))
                if found is not None:
                    key = (machine.name, state.key, action)
                    seen[key] = (found, seen.get(key, (found, frozenset()))[1] | {str(who)})
    assert seen == {key: value for key, value in ALLOWED.items() if key[0] == machine.name}


def _outcome(
    machine: Machine, step: Transition | None, source: str, action: str, permissions: frozenset[Permission]
) -> str | None:
    any_step = step or machine.transitions[0]
    request = request_for(machine, any_step, permissions)
    try:
        return machine.plan(situation_for(any_step, source), action, request).target
    except Blocked as refusal:
        assert refusal.blockers  # noqa: PT017 - a refusal without a reason is no refusal
        return None


@pytest.mark.parametrize(("machine", "step", "source"), STEPS)
def test_a_step_needs_its_permission_and_asks_no_guard_without_it(
    machine: Machine, step: Transition, source: str
) -> None:
    request = request_for(machine, step, EVERY_PERMISSION - {step.permission})
    blockers = machine.blockers(situation_for(step, source), step.action, replace(request, facts={}))
    assert [blocker.code for blocker in blockers] == ["not_permitted"]


@pytest.mark.parametrize(("machine", "step", "source"), STEPS)
def test_a_fact_that_was_not_brought_refuses_the_step(
    machine: Machine, step: Transition, source: str
) -> None:
    whole = request_for(machine, step)
    needed = {key: whole.facts[key] for key in step.reads}
    case = situation_for(step, source)
    assert machine.blockers(case, step.action, replace(whole, facts=needed)) == ()
    for key in step.reads:
        without = {name: value for name, value in needed.items() if name != key}
        codes = {each.code for each in machine.blockers(case, step.action, replace(whole, facts=without))}
        assert codes == {"fact_missing"}


@pytest.mark.parametrize(("machine", "step", "source"), STEPS)
def test_every_refusal_is_a_sentence(machine: Machine, step: Transition, source: str) -> None:
    for blocker in _refusals(machine, step, source):
        assert blocker.reason[0].isupper() or blocker.reason[0] in "£“0123456789"
        assert blocker.reason.endswith((".", "”"))
        assert not blocker.remedy or blocker.remedy.endswith(".")


def _refusals(machine: Machine, step: Transition, source: str) -> Iterator[Blocker]:
    case = situation_for(step, source)
    yield from machine.blockers(case, step.action, Request(frozenset(), moment_for(machine, step), PERSON))
    yield from machine.blockers(case, step.action, replace(request_for(machine, step), facts={}))
    elsewhere = next(
        state.key for state in machine.states if machine.transition(state.key, step.action) is None
    )
    yield from machine.blockers(replace(case, state=elsewhere), step.action, request_for(machine, step))


def test_available_steps_are_those_nothing_stops() -> None:
    machine = MACHINES["competitive"]
    step = machine.transition("in_triage", "pass")
    assert step is not None
    officer = request_for(machine, step, granted(frozenset({Role.OFFICER})))
    applicant = request_for(machine, step, granted(frozenset({Role.APPLICANT})))
    case = situation_for(step, "in_triage")
    assert [each.action for each in machine.available(case, officer)] == ["ask", "pass"]
    assert [each.action for each in machine.available(case, applicant)] == ["withdraw"]


def test_a_plan_names_its_consequences_in_order() -> None:
    machine = MACHINES["competitive"]
    step = machine.transition("board_approved", "approve")
    assert step is not None
    plan = machine.plan(situation_for(step, "board_approved"), "approve", request_for(machine, step))
    assert (plan.source, plan.target) == ("board_approved", "approved")
    assert [(each.kind, each.arguments) for each in plan.consequences] == [
        ("post_ledger", {"posting": "commit"}),
        ("feed_rd_total", {"measure": "committed"}),
        ("notify", {"message": "approved_mfa_notification", "to": "applicant", "held": "until_release"}),
        ("notify", {"message": "bid_approved", "to": "finance"}),
    ]


def test_a_step_in_the_wrong_state_says_where_it_can_be_taken() -> None:
    machine = MACHINES["meeting"]
    step = machine.transition("in_session", "close")
    assert step is not None
    assert machine.blockers(situation_for(step, "planned"), "close", request_for(machine, step)) == (
        Blocker(
            "wrong_state",
            "“Close the meeting” is not possible while this is “Planned”.",
            "It can be done from: In session. Somebody may have acted since you opened the page.",
        ),
    )


def test_an_action_nobody_knows_is_refused() -> None:
    machine = MACHINES["meeting"]
    step = machine.transitions[0]
    assert machine.blockers(situation_for(step, "planned"), "dance", request_for(machine, step)) == (
        Blocker("unknown_action", "There is no step called “dance”."),
    )


def test_a_fact_of_another_kind_is_an_error_of_the_caller() -> None:
    machine = MACHINES["competitive"]
    step = machine.transition("in_assessment", "recommend")
    assert step is not None
    with pytest.raises(TypeError, match="reads_open"):
        machine.blockers(
            situation_for(step, "in_assessment"),
            "recommend",
            request_for(machine, step, changed={"reads_open": True}),
        )


def test_every_fact_is_read_by_some_step() -> None:
    read = {key for machine in machines() for step in machine.transitions for key in step.reads}
    assert {fact.key for fact in FACTS} == read
