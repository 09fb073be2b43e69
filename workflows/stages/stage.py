"""What a stage is: a few states and the steps that belong to them."""

from dataclasses import dataclass

from workflows.machine import Machine, State, Transition


@dataclass(frozen=True, slots=True)
class Stage:
    """States and steps that belong together, to be joined with others into a pathway."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]


def join(name: str, version: int, *stages: Stage) -> Machine:
    """One machine made of stages; it begins where the first stage begins."""
    states = tuple(state for stage in stages for state in stage.states)
    steps = tuple(step for stage in stages for step in stage.transitions)
    return Machine(name, version, states[0].key, states, steps)
