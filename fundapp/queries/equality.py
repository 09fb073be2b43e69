"""What the equality forms of a round come to: only sums, and only once no form can be added to them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select, true

from fundapp import clock
from fundapp.extensions import db
from fundapp.models.equality import EqualityAnswers
from fundapp.models.funds import Round
from workflows.equality import LEAST_FORMS, VERSIONS, Question, taken_until
from workflows.rules import small_numbers
from workflows.rules.schedule import financial_year, financial_year_name

REST = "Prefer not to say, or no answer"
_KIND = (EqualityAnswers.questions, EqualityAnswers.answered_in)
_OF_ROUND = EqualityAnswers.round_id == bindparam("round_id")
_FORMS = select(*_KIND, func.count()).where(_OF_ROUND).group_by(*_KIND)
_SAID = func.jsonb_each_text(EqualityAnswers.answers).table_valued("key", "value")
_ANSWERS = (
    select(*_KIND, _SAID.c.key, _SAID.c.value, func.count())
    .select_from(EqualityAnswers)
    .join(_SAID, true())
    .where(_OF_ROUND)
    .group_by(*_KIND, _SAID.c.key, _SAID.c.value)
)


@dataclass(frozen=True, slots=True)
class Table:
    """How many people gave each answer to one question; nothing where the number must not be shown."""

    question: Question
    rows: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The forms of one period that asked the same questions; of too few there is no number and no table.

    `period` is a financial year of a rolling round, and nothing for a round that closes.
    """

    period: str
    version: int
    forms: int | None
    tables: tuple[Table, ...]


def figures_of(call: Round) -> Sequence[Figures]:
    """What may be shown of a round's forms, small numbers left out; two statements.

    Sums that grew would tell what the last form said to whoever kept the sums from before. So a round that
    closes has figures once it takes no more forms, and a rolling round for each financial year that is over.
    """
    now = clock.now()
    until = taken_until(call.closes_at)
    if until is not None and now < until:
        return ()
    running = _period(call, clock.in_london(now).date()) if until is None else None
    wanted = {"round_id": call.id}
    forms = Counter[tuple[str, int]]()
    for version, month, count in db.session.execute(_FORMS, wanted):
        forms[_period(call, month), version] += count
    said = Counter[tuple[str, int, str, str]]()
    for version, month, question, option, count in db.session.execute(_ANSWERS, wanted):
        said[_period(call, month), version, question, option] += count
    return [
        _figures(period, version, count, said)
        for (period, version), count in sorted(forms.items())
        if period != running
    ]


def _period(call: Round, day: date) -> str:
    return "" if call.closes_at else financial_year_name(financial_year(day))


def _figures(period: str, version: int, forms: int, said: Mapping[tuple[str, int, str, str], int]) -> Figures:
    if forms < LEAST_FORMS:
        return Figures(period, version, None, ())
    tables = []
    for question in VERSIONS[version]:
        counts = [said[period, version, question.key, option] for option in question.options]
        shown, rest = small_numbers.shown_with_rest(counts, forms - sum(counts))
        rows = (*zip(question.options.values(), shown, strict=True), (REST, rest))
        tables.append(Table(question, rows))
    return Figures(period, version, forms, tuple(tables))
