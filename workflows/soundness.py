"""Checks the whole rulebook at start-up: every machine's table, every ready-made fund, every role."""

from collections.abc import Iterator

from workflows import funds
from workflows.actors import GRANTS, Permission, Role
from workflows.funds.schema import FundMistakesError
from workflows.machine import Machine
from workflows.machines import BY_KIND
from workflows.pathways import PATHWAYS
from workflows.rules.release import DECIDED


class RulebookError(Exception):
    """The rulebook contradicts itself; `mistakes` holds every fault found."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("The rulebook has mistakes:\n" + "\n".join(mistakes))


def validate() -> None:
    """Do nothing when the rulebook is sound; raise `RulebookError` with every mistake when it is not."""
    found = tuple(mistakes())
    if found:
        raise RulebookError(found)


def machines() -> tuple[Machine, ...]:
    """Every machine of the rulebook, the pathways first."""
    return (*(road.machine for road in PATHWAYS.values()), *BY_KIND.values())


def mistakes() -> Iterator[str]:
    """Every mistake of the rulebook, a sentence each."""
    for machine in machines():
        yield from machine.mistakes()
        yield from _nobody_may(machine)
    yield from (f"the role {role} grants nothing" for role in Role if not GRANTS.get(role))
    yield from _unheld()
    for slug in funds.ready_made_slugs():
        yield from _fund_mistakes(slug)


def _nobody_may(machine: Machine) -> Iterator[str]:
    held = frozenset().union(*GRANTS.values()) | {Permission.SYSTEM_RUN}
    for step in machine.transitions:
        if step.permission not in held:
            yield f"{machine.name}: no role may take the step {step.action}"


def _unheld() -> Iterator[str]:
    known = {state.key for road in PATHWAYS.values() for state in road.machine.states}
    yield from (f"the release rule names {key}, which is no state" for key in sorted(DECIDED - known))


def _fund_mistakes(slug: str) -> Iterator[str]:
    try:
        funds.ready_made(slug)
    except FundMistakesError as error:
        yield from (f"{slug}.toml: {mistake}" for mistake in error.mistakes)
