"""Small numbers in published tables: a count that could point at somebody is not shown."""

from collections.abc import Sequence

LEAST_SHOWN = 5


def shown(counts: Sequence[int], least: int = LEAST_SHOWN) -> tuple[int | None, ...]:
    """Each count of a column whose total is published, or nothing where it must not be shown.

    Left out are counts under `least`, and then the next smallest for as long as what was left out is one
    count or comes to less than `least`: nobody can work it out from the total and the counts that stand.
    """
    by_size = sorted(range(len(counts)), key=lambda index: (counts[index], index))
    hidden = [index for index in by_size if counts[index] < least]
    if hidden:
        for index in by_size[len(hidden) :]:
            if len(hidden) > 1 and sum(counts[each] for each in hidden) >= least:
                break
            hidden.append(index)
    return tuple(None if index in hidden else count for index, count in enumerate(counts))
