"""A sheet used again: what a round has a place for goes over as it was stated, the rest is told in words."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.test_cost_sheets import KINDS, TERMS, sheets
from workflows.rules.cost_reuse import left_behind, taken_over
from workflows.rules.cost_sheets import CostTerms, Line, Overheads, Sheet
from workflows.rules.costs import Category

OTHER_TERMS = st.lists(
    st.builds(Category, st.sampled_from(KINDS), st.just("Name"), kind=st.sampled_from(KINDS)),
    unique_by=lambda each: each.key,
).map(lambda found: CostTerms(tuple(found), working_days=220))


@given(sheets, OTHER_TERMS)
def test_every_line_goes_over_or_is_told(sheet: Sheet, now: CostTerms) -> None:
    kept, told = taken_over(sheet, TERMS, now), list(left_behind(sheet, TERMS, now))
    overheads = sum(words.startswith("Overheads") for words in told)
    assert len(kept.lines) + len(told) - overheads == len(sheet.lines)
    assert all(now.kind_of(line.category) == TERMS.kind_of(line.category) for line in kept.lines)
    assert (kept.match, kept.asks_pence, kept.rate_bp) == (sheet.match, None, None)
    assert kept.overheads == (sheet.overheads if now.overheads else Overheads())
    assert taken_over(kept, now, now) == kept
    assert list(left_behind(kept, now, now)) == []


def test_a_category_of_the_same_key_and_another_kind_of_cost_is_no_place_for_a_line() -> None:
    sheet = Sheet(lines=(Line("travel", "", {"count": 2, "each": 5_00}, 0), Line("labour", "She", {}, 0)))
    renamed = [replace(each, kind="other") if each.key == "travel" else each for each in TERMS.categories]
    now = CostTerms(tuple(each for each in renamed if each.key != "labour"))
    assert list(left_behind(sheet, TERMS, now)) == ["“A cost” (Travel): £10", "“She” (Labour)"]
    assert taken_over(sheet, TERMS, TERMS) == sheet
