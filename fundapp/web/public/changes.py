"""What a round fixed otherwise than the round of its fund before it, in words, side by side."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from fundapp.models.funds import Round
from fundapp.queries import rounds as queries
from fundapp.web.filters import money, percent
from fundapp.web.guards import public
from fundapp.web.public import screen
from fundapp.web.public.pages import pages
from workflows.funds.answering import answered_by
from workflows.funds.definition import CriterionTerms, Question
from workflows.funds.pinned import Pinned
from workflows.funds.showing import condition_in_words
from workflows.rules.funding import RESEARCH, SIZES

# What is said of a round by part and then by name, each in words; nothing stands where it was not asked.
Stated = Mapping[str, Mapping[str, str]]


# Parts in which a thing is known by its own words, so that there is no name to show beside them.
UNNAMED = frozenset({"Who can apply", "Themes", "Questions", "Who decides"})
_WORDS = re.compile(r"\s+|\S+")

# Words in order, each piece with whether it stands on this side alone.
Pieces = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is said otherwise: its name, the words before and now; empty where there were none."""

    name: str
    before: str
    now: str

    @property
    def kind(self) -> str:
        """What became of it, in a word or two."""
        if not self.before:
            return "New"
        return "Changed" if self.now else "Taken out"

    @property
    def sides(self) -> tuple[Pieces, Pieces]:
        """The words before and now, the pieces that differ marked; all the same where one side is empty."""
        was, is_now = _WORDS.findall(self.before), _WORDS.findall(self.now)
        if not was or not is_now:
            return [(self.before, False)], [(self.now, False)]
        steps = SequenceMatcher(None, was, is_now, autojunk=False).get_opcodes()
        before = [("".join(was[start:end]), step != "equal") for step, start, end, _, _ in steps]
        now = [("".join(is_now[start:end]), step != "equal") for step, _, _, start, end in steps]
        return before, now


@pages.get("/rounds/<ref>/changes")
@public
def what_changed(ref: str) -> ResponseReturnValue:
    """Everything the round fixed otherwise than the one before it, part by part."""
    call = queries.public_round(ref)
    former = queries.former(call) if call else None
    if call is None or former is None:
        abort(404)
    changed = changes(stated(former), stated(call))
    count = sum(len(each) for each in changed.values())
    return render_template(
        "public/changes.html", call=call, former=former, changed=changed, count=count, unnamed=UNNAMED
    )


def changes(before: Stated, now: Stated) -> dict[str, list[Change]]:
    """What differs, part by part in the order of `now`; a part in which all is the same is left out."""
    found = {part: list(_between(before.get(part, {}), said)) for part, said in now.items()}
    return {part: differing for part, differing in found.items() if differing}


def stated(call: Round) -> Stated:
    """What a round fixed besides its dates and its budget, in the words of the public pages."""
    rules = call.rules
    return {
        "The money": _money(rules),
        "Kinds of cost": dict(row["cells"] for row in screen.costs(call.terms)),
        "Who can apply": {sentence: sentence for sentence in screen.who_may_apply(rules)},
        "Themes": {theme.name: theme.name for theme in rules.themes},
        "Questions": {each.key: _question(each, rules) for each in rules.questions},
        "How we score": _scoring(rules),
        "Who decides": {sentence: sentence for sentence in screen.ladder(call.terms)},
        "What we promise": _promises(rules),
    }


def _between(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    """Of each name in turn; what is not said any more comes last."""
    for name in (*now, *(name for name in before if name not in now)):
        was, is_now = before.get(name, ""), now.get(name, "")
        if was != is_now:
            yield Change(name, was, is_now)


def _money(rules: Pinned) -> dict[str, str]:
    award = rules.award
    said = {
        "The least you can ask for": money(award.least_pence),
        "The most you can ask for": money(award.most_pence),
        "Kept until the final report": percent(award.retention_bp),
    }
    if rules.instrument != "grant":
        return said
    rates = {
        f"{RESEARCH[each.research]}, by a {SIZES[each.size]} organisation": percent(each.rate_bp)
        for each in rules.rates
    }
    basis = {
        "Working days in a year": f"{rules.costs.working_days:,}",
        "Overheads as a share of labour": percent(rules.costs.flat_overheads_bp),
    }
    return said | {"The most we pay of the costs": percent(award.rate_bp)} | rates | basis


def _question(question: Question, rules: Pinned) -> str:
    names = {criterion.key: criterion.name for criterion in rules.criteria}
    scored = names.get(question.scored_under or "")
    condition = condition_in_words(question, rules.questions) if question.shown_if else ""
    facts = (
        question.label,
        question.guidance,
        f"{answered_by(question)}.",
        f"{condition}." if condition else "",
        f"Scored under “{scored}”." if scored else "Not scored.",
        "" if question.required else "You may leave it empty.",
    )
    return "\n".join(filter(None, facts))


def _scoring(rules: Pinned) -> dict[str, str]:
    terms = rules.assessment
    return {
        "Assessors for each bid": f"{terms.assessors_per_bid}",
        "Points out of 100 to be recommended": f"{terms.threshold}",
    } | {each.name: _criterion(each) for each in rules.criteria}


def _criterion(criterion: CriterionTerms) -> str:
    guide = (
        f"{criterion.max_score - place}: {words}" for place, words in enumerate(reversed(criterion.guide))
    )
    return "\n".join((f"{criterion.weight}% of the score, 0 to {criterion.max_score}.", *guide))


def _promises(rules: Pinned) -> dict[str, str]:
    days = rules.promises
    return {
        "Your questions are answered within": f"{days.answer_questions_working_days} working days",
        "Bids are checked within": f"{days.check_days} days",
        "Assessors finish within": f"{days.assess_days} days",
        "You hear within": f"{days.hear_days} days",
        "Claims are paid within": f"{days.pay_days} days",
    }
