"""What a pathway is: a machine made of stages, and the few traits that pages and services ask about."""

from dataclasses import dataclass

from workflows.machine import Machine
from workflows.stages.intake import withdrawal
from workflows.stages.stage import Stage, join


@dataclass(frozen=True, slots=True)
class Pathway:
    """A whole road, by name and version. `closes` is false where bids are gathered in batches instead."""

    name: str
    version: int
    title: str
    closes: bool
    machine: Machine

    @property
    def has_moderation(self) -> bool:
        """Whether scores that disagree are moderated."""
        return self._has("in_moderation")

    @property
    def has_board(self) -> bool:
        """Whether a board sees the bids before anybody decides."""
        return self._has("at_board")

    def _has(self, key: str) -> bool:
        return any(state.key == key for state in self.machine.states)


def road(name: str, version: int, title: str, closes: bool, stages: tuple[Stage, ...]) -> Pathway:
    """A pathway made of these stages, with the applicant's way out added to all of them."""
    return Pathway(name, version, title, closes, join(name, version, *stages, withdrawal(stages)))
