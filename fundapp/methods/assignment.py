"""Proposes who reads which bid: the least loaded assessor without a conflict, the hardest bids first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Pairs of (bid, assessor) to add, and how many readers each bid still lacks after that."""

    pairs: tuple[Pair, ...]
    missing: Mapping[int, int]


def propose(
    needed: Mapping[int, int],
    load: Mapping[int, int],
    *,
    forbidden: Set[Pair],
    taken: Iterable[Pair] = (),
    most: int | None = None,
) -> Proposal:
    """Spread the readers that bids still need over assessors, evenly and without chance.

    `needed` says how many more readers each bid wants, `load` how many bids each assessor already has.
    No pair is `forbidden` (a conflict) or `taken` already (whatever became of it), and nobody gets more
    than `most` bids. Ties go to the lower id, so the same question always has the same answer.
    """
    closed = set(forbidden) | set(taken)
    open_to = {bid: [each for each in load if (bid, each) not in closed] for bid in needed}
    carried: dict[int, int] = defaultdict(int, load)
    pairs: list[Pair] = []
    missing: dict[int, int] = {}
    for bid in sorted(needed, key=lambda bid: (len(open_to[bid]) - needed[bid], bid)):
        free = (each for each in open_to[bid] if most is None or carried[each] < most)
        chosen = sorted(free, key=lambda each: (carried[each], each))[: needed[bid]]
        for assessor in chosen:
            carried[assessor] += 1
            pairs.append((bid, assessor))
        if len(chosen) < needed[bid]:
            missing[bid] = needed[bid] - len(chosen)
    return Proposal(tuple(sorted(pairs)), missing)
