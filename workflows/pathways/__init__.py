"""Whole roads made of stages, by name and version; a round pins both when it is published."""

from collections.abc import Mapping

from workflows.pathways import competitive, rolling_investment, small_grant
from workflows.pathways.road import Pathway

# A published version never changes: a change is a new entry, and the old one stays for its rounds.
PATHWAYS: Mapping[tuple[str, int], Pathway] = {
    (road.name, road.version): road
    for road in (competitive.VERSION_1, rolling_investment.VERSION_1, small_grant.VERSION_1)
}


def pathway(name: str, version: int) -> Pathway:
    """The road a round pinned; `LookupError` names the roads there are."""
    try:
        return PATHWAYS[name, version]
    except KeyError:
        known = ", ".join(f"{each} {number}" for each, number in PATHWAYS)
        raise LookupError(f"there is no pathway {name} {version}; there are: {known}") from None


def newest(name: str) -> int:
    """The newest version of a pathway, for a round that is being set up."""
    versions = [version for each, version in PATHWAYS if each == name]
    if not versions:
        raise LookupError(f"there is no pathway called {name}")
    return max(versions)


def names() -> tuple[str, ...]:
    """The pathways a fund may choose from."""
    return tuple(dict.fromkeys(name for name, _ in PATHWAYS))
