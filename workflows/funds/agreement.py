"""Whether the parts of a fund's file agree with each other: keys, weights, the ladder, the assumptions."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, pairwise, product
from typing import Any

from workflows import pathways
from workflows.funds.definition import FundDefinition, Question
from workflows.funds.kinds import ANSWERED, options_of
from workflows.funds.reading import KEY, Mistake, shown
from workflows.rules.cost_sheets import OVERHEADS
from workflows.rules.funding import RESEARCH, SIZES

WHOLE_WEIGHT = 100


def disagreements(fund: FundDefinition, values: Mapping[str, Any]) -> Iterator[Mistake]:
    """Every place where one part of the file contradicts another; `values` is the file as parsed."""
    yield from _repeats("criteria", (each.key for each in fund.criteria))
    yield from _repeats("themes", (each.key for each in fund.themes))
    yield from _repeats("authorities", (each.key for each in fund.authorities))
    yield from _repeats("budget", (str(each.financial_year) for each in fund.budgets))
    yield from _repeats("cost_categories", (each.key for each in fund.categories))
    yield from _repeats("rates", (f"{each.research}, {each.size}" for each in fund.rates))
    yield from _costs(fund)
    yield from _repeats("sections", (each.key for each in fund.sections))
    yield from _repeats("sections.questions", (each.key for each in fund.questions))
    yield from _repeats("mfa_limits", (str(each.from_date) for each in fund.mfa_limits))
    yield from _conditions(fund)
    yield from _scoring(fund)
    yield from _ladder(fund)
    if (fund.pathway, fund.pathway_version) not in pathways.PATHWAYS:
        yield Mistake("fund.pathway_version", f"{fund.pathway} has no version {fund.pathway_version}")
    for number, each in enumerate(fund.assumptions, start=1):
        if not _leads_somewhere(values, each.path):
            yield Mistake(f"assumptions[{number}].path", f"{each.path} is nowhere in this file")


def _repeats(path: str, keys: Iterable[str]) -> Iterator[Mistake]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield Mistake(path, f"{key} stands there {count} times")


def _conditions(fund: FundDefinition) -> Iterator[Mistake]:
    """A question may hang on an earlier one alone, so that no two can hang on each other."""
    places = {question.key: place for place, question in enumerate(fund.questions)}
    for place, question in enumerate(fund.questions):
        path = f"sections.questions.{question.key}.shown_if"
        for number, condition in enumerate(question.shown_if, start=1):
            at = path if len(question.shown_if) == 1 else f"{path}[{number}]"
            decider = places.get(condition.question)
            if decider is None:
                yield Mistake(at, f"names {condition.question}, which is no question of this form")
            elif decider == place:
                yield Mistake(at, "names the question itself")
            elif decider > place:
                yield Mistake(
                    at, f"names {condition.question}, which comes later; only an earlier one decides"
                )
            else:
                yield from _answers(at, fund.questions[decider], condition.answers)
        if question.shown_if and question.kind not in ANSWERED and question.kind != "file":
            yield Mistake(path, f"stands at a question of the kind {question.kind}, which is always asked")
        yield from _contradictions(path, fund, question)


def _contradictions(path: str, fund: FundDefinition, question: Question) -> Iterator[Mistake]:
    """Two conditions on one question that has a single answer hold together only by an answer in both."""
    several = {each.key for each in fund.questions if each.kind == "checkboxes"}
    for one, other in combinations(question.shown_if, 2):
        is_same = one.question == other.question and one.question not in several
        if is_same and set(one.answers).isdisjoint(other.answers):
            yield Mistake(path, f"can never hold: {one.question} has one answer, and none is named twice")


def _answers(path: str, decider: Question, answers: Iterable[str]) -> Iterator[Mistake]:
    offered = [each.key for each in options_of(decider)]
    if not offered:
        yield Mistake(path, f"names {decider.key}, which has no answers to choose from")
        return
    for unknown in [each for each in answers if each not in offered]:
        yield Mistake(path, f"names {shown(unknown)}, which is no answer to {decider.key}")


def _scoring(fund: FundDefinition) -> Iterator[Mistake]:
    weights = sum(each.weight for each in fund.criteria)
    if weights != WHOLE_WEIGHT:
        yield Mistake("criteria", f"the weights add up to {weights}, not to {WHOLE_WEIGHT}")
    keys = {each.key for each in fund.criteria}
    asked = {question.scored_under for question in fund.questions} - {None}
    for key in sorted(key for key in asked - keys if key):
        yield Mistake("sections.questions", f"scored_under names {key}, which is no criterion")
    for key in sorted(keys - asked):
        yield Mistake("criteria", f"no question is scored under {key}")


def _costs(fund: FundDefinition) -> Iterator[Mistake]:
    overheads = [each.key for each in fund.categories if each.kind == OVERHEADS]
    if len(overheads) > 1:
        yield Mistake("cost_categories", f"{' and '.join(overheads)} are both overheads; one may be")
    given = {(each.research, each.size) for each in fund.rates}
    kinds = {research for research, _ in given}
    for research, size in product(RESEARCH, SIZES):
        if research in kinds and (research, size) not in given:
            yield Mistake("rates", f"there is none for {research}, {size}")
    if any(each.rate_bp > fund.award.rate_bp for each in fund.rates):
        yield Mistake("award.intervention_rate_percent", "is less than one of the rates; it is the highest")


def _ladder(fund: FundDefinition) -> Iterator[Mistake]:
    rungs = [each for each in fund.ladder if each.instrument == fund.instrument]
    if not any(each.up_to_pence is None or each.up_to_pence >= fund.award.most_pence for each in rungs):
        yield Mistake("ladder", f"nobody is named to decide on {fund.instrument} of the largest amount")
    for one, other in pairwise(sorted(each.up_to_pence or -1 for each in rungs)):
        if one == other:
            yield Mistake("ladder", f"two rungs of {fund.instrument} reach up to the same amount")


def _leads_somewhere(values: Any, path: str) -> bool:
    here: Collection[Any] = [values]
    for step in path.split("."):
        name = step.removesuffix("[]")
        if not KEY.fullmatch(name):
            return False
        here = [each[name] for each in here if isinstance(each, dict) and name in each]
        if step.endswith("[]"):
            here = [inner for each in here if isinstance(each, list) for inner in each]
        if not here:
            return False
    return True
