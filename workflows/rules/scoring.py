"""Scores, exact to the last fraction: an assessor's total, a bid's score, its spread, and who ranks where."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from workflows.cases import MEETS_THRESHOLD, MODERATION_REASONS
from workflows.rules.money import one_place

HUNDRED = 100
_STORED_PLACES = 6
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a mark is given for, how much it weighs, and the least mean mark where there is one."""

    key: str
    name: str
    weight: int | Decimal | Fraction
    max_score: int = 5
    threshold: int | None = None


# A mark by criterion key; nothing means "not applicable", which is left out and never counts as zero.
Marks = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """One submitted assessment that counts: its marks, and whether the reader finds the bid in scope."""

    marks: Marks
    in_scope: bool | None = None


def total(criteria: Sequence[Criterion], marks: Marks) -> Fraction | None:
    """Sum of weight x mark / most, over the sum of weights, times 100; nothing when nothing applies."""
    marked = [
        (Fraction(each.weight), Fraction(mark, each.max_score))
        for each in criteria
        if (mark := marks.get(each.key)) is not None
    ]
    weights = sum((weight for weight, _ in marked), Fraction())
    if not weights:
        return None
    return sum((weight * part for weight, part in marked), Fraction()) / weights * HUNDRED


def gaps(criteria: Sequence[Criterion], marks: Marks) -> tuple[str, ...]:
    """What keeps an assessment from being submitted: criteria left open, and marks off the scale."""
    return tuple(_gaps(criteria, marks))


def _gaps(criteria: Sequence[Criterion], marks: Marks) -> Iterator[str]:
    for each in criteria:
        mark = marks.get(each.key, 0)
        if each.key not in marks:
            yield f"“{each.name}” has no mark yet."
        elif mark is not None and not 0 <= mark <= each.max_score:
            yield f"“{each.name}” is marked {mark}; marks go from 0 to {each.max_score}."
    if criteria and all(marks.get(each.key, 0) is None for each in criteria):
        yield "Every criterion is marked as not applicable, so there is nothing to score."


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """The exact mean; nothing of nothing."""
    found = list(values)
    return sum(found, Fraction()) / len(found) if found else None


def spread(totals: Sequence[Fraction]) -> Fraction:
    """Highest total less lowest total."""
    return max(totals) - min(totals) if totals else Fraction()


def stored(score: Fraction) -> Decimal:
    """A score as its column keeps it: six places, half to even."""
    return Decimal(round(score * 10**_STORED_PLACES)).scaleb(-_STORED_PLACES)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the readings of one bid come to, with a sentence for each reason to moderate it."""

    score: Fraction | None
    spread: Fraction
    means: Mapping[str, Fraction]
    meets_threshold: bool
    moderation_reasons: tuple[str, ...]

    @property
    def action(self) -> str:
        """The step that closes the assessment: recommend, not_recommend or moderate."""
        if self.moderation_reasons:
            return "moderate"
        return "recommend" if self.meets_threshold else "not_recommend"

    @property
    def facts(self) -> dict[str, object]:
        """The facts that the assessment's and the moderation's guards read."""
        return {
            MEETS_THRESHOLD.key: self.meets_threshold,
            MODERATION_REASONS.key: self.moderation_reasons,
        }


def verdict(
    criteria: Sequence[Criterion],
    readings: Sequence[Reading],
    *,
    threshold: int | Decimal,
    spread_limit: int | Decimal,
) -> Verdict:
    """Judge a bid by its counting readings, against the round's threshold and spread limit.

    A mean equal to a threshold reaches it; a spread equal to the limit is within it.
    """
    totals = [found for each in readings if (found := total(criteria, each.marks)) is not None]
    means = _means(criteria, readings)
    score = mean(totals)
    return Verdict(
        score=score,
        spread=spread(totals),
        means=means,
        meets_threshold=_meets(score, threshold) and not _criteria_missed(criteria, means),
        moderation_reasons=tuple(_disagreements(criteria, readings, totals, threshold, spread_limit)),
    )


def _meets(score: Fraction | None, threshold: int | Decimal) -> bool:
    return score is not None and score >= Fraction(threshold)


def _means(criteria: Sequence[Criterion], readings: Sequence[Reading]) -> dict[str, Fraction]:
    marks = {
        each.key: [Fraction(mark) for one in readings if (mark := one.marks.get(each.key)) is not None]
        for each in criteria
    }
    return {key: sum(found, Fraction()) / len(found) for key, found in marks.items() if found}


def _criteria_missed(criteria: Sequence[Criterion], means: Mapping[str, Fraction]) -> bool:
    return any(
        each.threshold is not None and each.key in means and means[each.key] < each.threshold
        for each in criteria
    )


def _disagreements(
    criteria: Sequence[Criterion],
    readings: Sequence[Reading],
    totals: Sequence[Fraction],
    threshold: int | Decimal,
    spread_limit: int | Decimal,
) -> Iterator[str]:
    apart = spread(totals)
    if apart > Fraction(spread_limit):
        yield (
            f"The totals lie {one_place(apart)} apart, more than the round's limit of {spread_limit}:"
            f" from {one_place(min(totals))} to {one_place(max(totals))}."
        )
    if len({each >= Fraction(threshold) for each in totals}) > 1:
        yield f"Some assessors put it above the threshold of {threshold}, others below."
    for each in criteria:
        limit, marks = (
            each.threshold,
            [mark for one in readings if (mark := one.marks.get(each.key)) is not None],
        )
        if limit is not None and len({mark >= limit for mark in marks}) > 1:
            yield f"“{each.name}”: some assessors mark it at least {limit}, others lower."
    if {True, False} <= {one.in_scope for one in readings}:
        yield "The assessors disagree on whether the bid is in scope."


def ranked(scores: Mapping[Key, Fraction]) -> tuple[tuple[int, Key], ...]:
    """Places from the highest score down; equal scores share a place and keep the order they came in."""
    ordered = sorted(scores.items(), key=lambda pair: -pair[1])
    places: list[tuple[int, Key]] = []
    for number, (key, score) in enumerate(ordered, start=1):
        same = number > 1 and ordered[number - 2][1] == score
        places.append((places[-1][0] if same else number, key))
    return tuple(places)
