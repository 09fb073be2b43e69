"""Small numbers in published tables: a count that could point at somebody is not shown."""

from collections.abc import Sequence

LEAST_SHOWN = 5


def shown(counts: Sequence[int], least: int = LEAST_SHOWN) -> tuple[int | None, ...]:
    """Each count of a column whose total is published, or nothing where it must not be shown.

    Left out are counts under `least`, and then the next smallest, with all others of its size, for as long
    as what was left out could be worked out: it is one count, it comes to less than `least`, or all of it
    is as large as a small count can be. The rule treats all places alike, so it may be known too.
    """
    hidden: list[int] = []
    for size in sorted(set(counts)):
        if size >= least and (not hidden or _hides_enough([counts[each] for each in hidden], least)):
            break
        hidden += [index for index, count in enumerate(counts) if count == size]
    return tuple(None if index in hidden else count for index, count in enumerate(counts))


def _hides_enough(left_out: Sequence[int], least: int) -> bool:
    return len(left_out) > 1 and sum(left_out) >= least and set(left_out) != {least - 1}


def shown_with_rest(
    counts: Sequence[int], rest: int, least: int = LEAST_SHOWN
) -> tuple[tuple[int | None, ...], int | None]:
    """How many people gave each answer, and how many gave none, or nothing where it must not be shown.

    How many people there are in all is published, and so is this rule. Whoever gave no answer has said
    nothing of themselves, so that count is small to nobody's harm; but together with it every answer under
    `least` could be worked out, so it goes with them. Where even then fewer than `least` people are left
    out, all of it is. Of `2 * least` people or more, every answer left out may have been given by any number
    from none to `least - 1`.
    """
    small = [count for count in counts if count < least]
    if not small:
        return tuple(counts), rest
    if sum(small) + rest < least:
        return (None,) * len(counts), None
    return tuple(None if count < least else count for count in counts), None
