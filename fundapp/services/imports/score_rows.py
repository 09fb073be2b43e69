"""Rows of marks: one a bid, assessor and criterion, put together into whole readings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fundapp.methods.mail_addresses import email_address
from fundapp.services.imports.bid_columns import LONGEST_REF
from fundapp.services.imports.columns import Column, Record, match
from fundapp.services.imports.mistakes import Findings, quoted
from fundapp.services.imports.tables import Table
from fundapp.services.imports.values import line, mark, passage
from fundapp.services.readings import COMMENT_WORDS
from workflows.rules import scoring, words
from workflows.rules.identifiers import name_key
from workflows.rules.scoring import Criterion

LONGEST_COMMENT = 5_000
MOST_MARKS = 400_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One assessor's marks for one bid, complete, with the words behind each and the total they come to."""

    number: int
    bid_ref: str
    assessor_email: str
    marks: Mapping[str, int | None]
    comments: Mapping[str, str]
    total: Decimal


@dataclass(frozen=True, slots=True)
class _Mark:
    number: int
    criterion: str
    score: int | None
    comment: str


def columns_of(criteria: Sequence[Criterion]) -> list[Column]:
    """The columns of a round's marks."""
    most = max(each.max_score for each in criteria)
    names = ", ".join(each.key for each in criteria)
    return [
        Column("bid_ref", line(LONGEST_REF), "the reference of a bid in the same file", "A-001", needed=True),
        Column(
            "assessor_email", email_address, "an assessor’s e-mail address", "a@readers.example", needed=True
        ),
        Column("criterion", _criterion(criteria), f"one of: {names}", criteria[0].key, needed=True),
        Column("score", mark(most), f"a mark from 0 to {most}, or n/a", "4", needed=True),
        Column(
            "comment", passage(LONGEST_COMMENT), f"the reason, up to {COMMENT_WORDS} words", "Well shown.",
            needed=True,
        ),
    ]  # fmt: skip


def read_scores(
    table: Table, criteria: Sequence[Criterion], bid_refs: frozenset[str] | None, found: Findings
) -> list[Reading]:
    """Every complete reading of a table of marks; everything else is told."""
    layout = match(table, columns_of(criteria), found)
    limits = {each.key: each.max_score for each in criteria}
    given: dict[tuple[str, str], list[_Mark]] = {}
    spoilt: set[tuple[str, str]] = set()
    for record in layout.records(table, found):
        values = record.values()
        pair = (values["bid_ref"] or "", values["assessor_email"] or "")
        _judge(record, values, limits, bid_refs)
        if not record.is_sound:
            spoilt.add(pair)
        else:
            one = _Mark(record.row.number, values["criterion"], values["score"], values["comment"])
            given.setdefault(pair, []).append(one)
    whole = (
        _reading(table.name, pair, marks, criteria, found)
        for pair, marks in given.items()
        if pair not in spoilt
    )
    return [reading for reading in whole if reading is not None]


def _criterion(criteria: Sequence[Criterion]) -> Callable[[str], str]:
    known = {name_key(text): each.key for each in criteria for text in (each.key, each.name)}

    def read(text: str) -> str:
        key = known.get(name_key(text))
        if key is None:
            raise ValueError(f"Enter one of: {', '.join(each.key for each in criteria)}")
        return key

    return read


def _judge(
    record: Record,
    values: Mapping[str, object],
    limits: Mapping[str, int],
    bid_refs: frozenset[str] | None,
) -> None:
    bid_ref, criterion, score, comment = (
        values[name] for name in ("bid_ref", "criterion", "score", "comment")
    )
    if isinstance(bid_ref, str) and bid_refs is not None and bid_ref not in bid_refs:
        record.wrong("bid_ref", f"No bid of this file has the reference {quoted(bid_ref)}")
    if isinstance(criterion, str) and isinstance(score, int) and score > limits[criterion]:
        record.wrong("score", f"Marks for {criterion} go from 0 to {limits[criterion]}")
    over = words.over(comment, COMMENT_WORDS) if isinstance(comment, str) else 0
    if over:
        record.wrong("comment", f"It is {over:,} words over the limit of {COMMENT_WORDS}")


def _reading(
    table: str,
    pair: tuple[str, str],
    given: Sequence[_Mark],
    criteria: Sequence[Criterion],
    found: Findings,
) -> Reading | None:
    first: dict[str, _Mark] = {}
    for one in given:
        if one.criterion in first:
            place = f"row {first[one.criterion].number}"
            what = f"This assessor’s mark for {one.criterion} of this bid stands in {place} already"
            found.wrong(table, one.number, "criterion", what)
        first.setdefault(one.criterion, one)
    marks = {key: one.score for key, one in first.items()}
    gaps = scoring.gaps(criteria, marks)
    for gap in gaps:
        found.wrong(table, given[0].number, "criterion", f"{gap} It is for {pair[0]} by {pair[1]}")
    total = scoring.total(criteria, marks)
    if gaps or total is None:
        return None
    return Reading(
        number=given[0].number,
        bid_ref=pair[0],
        assessor_email=pair[1],
        marks=marks,
        comments={key: one.comment for key, one in first.items()},
        total=scoring.stored(total),
    )
