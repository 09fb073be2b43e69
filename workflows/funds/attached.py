"""A file of a bid as the rulebook reads it, wherever in the bid it was added."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflows.funds.gap import Gap


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a bid: its name, and whether a scan found it harmful."""

    name: str
    is_infected: bool = False


def infected_gaps(place: str, field: str, files: Sequence[Attached]) -> Iterator[Gap]:
    """Every file a scan found harmful: it must be taken out before the bid can be sent in."""
    for each in files:
        if each.is_infected:
            yield Gap(place, field, f"“{each.name}” was found to hold a virus. Remove it.")
