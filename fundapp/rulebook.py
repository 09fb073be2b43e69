"""Asks the rulebook at the start whether it holds together, so that no case ever meets a gap in it."""

from workflows.machines import BY_KIND
from workflows.pathways import PATHWAYS


class RulebookMistake(RuntimeError):
    """A machine has a state nobody can reach or leave, or a step without a permission or a notice."""


def must_hold() -> None:
    """Stop the start when any machine has a mistake, and say each of them."""
    machines = [*BY_KIND.values(), *(pathway.machine for pathway in PATHWAYS.values())]
    mistakes = [f"{machine.name}: {mistake}" for machine in machines for mistake in machine.mistakes()]
    if mistakes:
        raise RulebookMistake("\n".join(mistakes))
