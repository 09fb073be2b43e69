"""A cost sheet used again in another round: what that round has a place for, and what it has not."""

from collections.abc import Iterator
from dataclasses import replace

from workflows.rules.cost_sheets import CostTerms, Line, Overheads, Sheet
from workflows.rules.cost_sums import worked
from workflows.rules.money import in_words


def taken_over(sheet: Sheet, before: CostTerms, now: CostTerms) -> Sheet:
    """A former sheet as another round begins with it.

    A line goes over where the round has its category, by key and as the same kind of cost; so do overheads
    where the round takes any, and who else pays. What is asked for is worked out anew, as are the rate, the
    working days and every sum. The figures stay as they were stated.
    """
    return replace(
        sheet,
        lines=tuple(line for line in sheet.lines if _is_known(line, before, now)),
        overheads=sheet.overheads if now.overheads else Overheads(),
        asks_pence=None,
        rate_bp=None,
    )


def left_behind(sheet: Sheet, before: CostTerms, now: CostTerms) -> Iterator[str]:
    """What of a sheet another round has no place for, each cost in words with what it came to."""
    found = worked(sheet, before)
    names = {category.key: category.name for category in before.categories}
    for line, pence in zip(sheet.lines, found.amounts, strict=True):
        if not _is_known(line, before, now):
            yield f"“{line.what or 'A cost'}” ({names.get(line.category, line.category)}){_amount(pence)}"
    if found.overheads_pence and not now.overheads:
        yield f"Overheads{_amount(found.overheads_pence)}"


def _is_known(line: Line, before: CostTerms, now: CostTerms) -> bool:
    keys = {category.key for category in now.categories}
    return line.category in keys and before.kind_of(line.category) == now.kind_of(line.category)


def _amount(pence: int | None) -> str:
    return f": {in_words(pence)}" if pence is not None else ""
