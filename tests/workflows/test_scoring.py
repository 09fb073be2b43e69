"""Scores are exact, leave out what does not apply, and say why a bid needs moderation."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rules import scoring
from workflows.rules.scoring import Criterion, Reading

CRITERIA = (
    Criterion("need", "Clear need", 20),
    Criterion("new", "Innovation", 25),
    Criterion("plan", "Delivery plan", 20),
    Criterion("value", "Value for money", 15),
    Criterion("place", "Place and people", 10),
    Criterion("why", "Why a grant", 10),
)
KEYS = tuple(each.key for each in CRITERIA)
MARKS = st.fixed_dictionaries({key: st.none() | st.integers(0, 5) for key in KEYS})


def marks(*values: int | None) -> dict[str, int | None]:
    return dict(zip(KEYS, values, strict=True))


@pytest.mark.parametrize(
    ("given_marks", "total"),
    [
        (marks(5, 5, 5, 5, 5, 5), Fraction(100)),
        (marks(0, 0, 0, 0, 0, 0), Fraction(0)),
        (marks(4, 4, 3, 3, 5, 2), Fraction(71)),
        (marks(4, 4, 3, 3, None, 2), Fraction(6100, 90)),
        (marks(None, None, None, None, None, 1), Fraction(20)),
        (marks(None, None, None, None, None, None), None),
    ],
)
def test_a_total_is_weighted_and_exact(given_marks: Mapping[str, int | None], total: Fraction | None) -> None:
    assert scoring.total(CRITERIA, given_marks) == total


@given(MARKS)
def test_a_total_lies_between_its_lowest_and_highest_mark(given_marks: dict[str, int | None]) -> None:
    found = [mark for mark in given_marks.values() if mark is not None]
    total = scoring.total(CRITERIA, given_marks)
    if total is None:
        assert found == []
    else:
        assert min(found) * 20 <= total <= max(found) * 20


@given(MARKS, st.permutations(CRITERIA))
def test_the_order_of_criteria_changes_nothing(
    given_marks: dict[str, int | None], shuffled: list[Criterion]
) -> None:
    assert scoring.total(shuffled, given_marks) == scoring.total(CRITERIA, given_marks)


@given(MARKS, st.sampled_from(KEYS))
def test_what_does_not_apply_counts_as_if_it_were_not_asked(
    given_marks: dict[str, int | None], key: str
) -> None:
    without = [each for each in CRITERIA if each.key != key]
    assert scoring.total(CRITERIA, {**given_marks, key: None}) == scoring.total(without, given_marks)


@given(MARKS, st.sampled_from(KEYS))
def test_a_better_mark_never_lowers_a_total(given_marks: dict[str, int | None], key: str) -> None:
    before = scoring.total(CRITERIA, {**given_marks, key: 2})
    after = scoring.total(CRITERIA, {**given_marks, key: 3})
    assert before is not None
    assert after is not None
    assert before < after


@given(MARKS, st.integers(1, 1_000))
def test_the_scale_of_the_weights_changes_nothing(given_marks: dict[str, int | None], factor: int) -> None:
    scaled = [Criterion(each.key, each.name, Fraction(each.weight) / factor) for each in CRITERIA]
    assert scoring.total(scaled, given_marks) == scoring.total(CRITERIA, given_marks)


def test_what_keeps_an_assessment_from_being_submitted() -> None:
    assert scoring.gaps(CRITERIA, marks(0, 5, 3, None, 2, 1)) == ()
    assert scoring.gaps(CRITERIA, {"need": 6, "new": -1, "plan": 3, "value": None, "place": 0}) == (
        "“Clear need” is marked 6; marks go from 0 to 5.",
        "“Innovation” is marked -1; marks go from 0 to 5.",
        "“Why a grant” has no mark yet.",
    )
    assert scoring.gaps(CRITERIA, dict.fromkeys(KEYS)) == (
        "Every criterion is marked as not applicable, so there is nothing to score.",
    )


def judge(*readings: Reading, threshold: int = 60, spread_limit: int = 25) -> scoring.Verdict:
    return scoring.verdict(CRITERIA, readings, threshold=threshold, spread_limit=spread_limit)


def test_scores_that_agree_recommend() -> None:
    found = judge(Reading(marks(4, 4, 4, 4, 4, 4)), Reading(marks(3, 3, 3, 3, 3, 3)))
    assert (found.score, found.spread, found.action) == (Fraction(70), Fraction(20), "recommend")
    assert found.means == dict.fromkeys(KEYS, Fraction(7, 2))
    assert found.facts == {"meets_threshold": True, "moderation_reasons": ()}


def test_a_mean_equal_to_the_threshold_reaches_it() -> None:
    assert judge(Reading(marks(3, 3, 3, 3, 3, 3))).action == "recommend"
    assert judge(Reading(marks(3, 3, 3, 3, 3, 3)), threshold=61).action == "not_recommend"


def test_each_reason_to_moderate_is_a_sentence() -> None:
    found = judge(
        Reading(marks(5, 5, 5, 5, 5, 5), in_scope=True), Reading(marks(2, 2, 2, 2, 2, 2), in_scope=False)
    )
    assert found.action == "moderate"
    assert found.moderation_reasons == (
        "The totals lie 60.0 apart, more than the round's limit of 25: from 40.0 to 100.0.",
        "Some assessors put it above the threshold of 60, others below.",
        "The assessors disagree on whether the bid is in scope.",
    )


def test_a_spread_equal_to_the_limit_is_within_it() -> None:
    pair = (Reading(marks(4, 4, 4, 4, 4, 4)), Reading(marks(5, 5, 5, 5, 5, 5)))
    assert judge(*pair, spread_limit=20).moderation_reasons == ()
    assert len(judge(*pair, spread_limit=19).moderation_reasons) == 1


def test_a_criterion_may_have_a_threshold_of_its_own() -> None:
    strict = (Criterion("need", "Clear need", 50, threshold=3), Criterion("new", "Innovation", 50))
    low = scoring.verdict(strict, [Reading({"need": 2, "new": 5})], threshold=60, spread_limit=25)
    assert (low.score, low.meets_threshold, low.action) == (Fraction(70), False, "not_recommend")
    split = scoring.verdict(
        strict,
        [Reading({"need": 2, "new": 5}), Reading({"need": 4, "new": 4})],
        threshold=60,
        spread_limit=25,
    )
    assert split.moderation_reasons == ("“Clear need”: some assessors mark it at least 3, others lower.",)
    assert split.meets_threshold


def test_a_bid_nobody_could_score_reaches_nothing() -> None:
    found = judge(Reading(dict.fromkeys(KEYS)))
    assert (found.score, found.spread, found.meets_threshold) == (None, Fraction(0), False)


@given(st.lists(MARKS, max_size=5))
def test_the_order_of_readers_changes_nothing(many: list[dict[str, int | None]]) -> None:
    readings = [Reading(each) for each in many]
    forwards, backwards = judge(*readings), judge(*reversed(readings))
    assert forwards == backwards


@given(st.dictionaries(st.integers(), st.fractions(0, 100), max_size=20))
def test_places_follow_scores_and_ties_share_one(scores: dict[int, Fraction]) -> None:
    places = scoring.ranked(scores)
    assert sorted(key for _, key in places) == sorted(scores)
    for place, key in places:
        assert place == 1 + sum(other > scores[key] for other in scores.values())
    order = list(scores)
    tied = [order.index(key) for place, key in places if place == 1]
    assert tied == sorted(tied)


def test_a_score_is_stored_to_six_places() -> None:
    assert scoring.stored(Fraction(200, 3)) == Decimal("66.666667")
    assert scoring.stored(Fraction(100)) == Decimal("100.000000")
