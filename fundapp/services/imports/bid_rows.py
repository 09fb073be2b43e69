"""Rows of bids: each judged by the rules its round pinned, and kept in the form it is filed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fundapp.fingerprints import sha256_of
from fundapp.services.bids import Money, Project
from fundapp.services.imports.bid_columns import asked, columns_of
from fundapp.services.imports.columns import ANSWER, Record, match
from fundapp.services.imports.mistakes import Findings
from fundapp.services.imports.tables import Table
from fundapp.services.organisations import Details
from workflows.funds import completeness, kinds, showing
from workflows.funds.completeness import Written
from workflows.funds.definition import Question
from workflows.funds.kinds import Span, Value
from workflows.funds.pinned import Pinned
from workflows.rules import money
from workflows.rules.eligibility import Enterprise
from workflows.rules.identifiers import name_key, own_domain

_UNASKED = Enterprise(None, None, None, None, None)
_ONE_PERCENT = money.WHOLE // 100


@dataclass(frozen=True, slots=True)
class BidRow:
    """One bid of a file, every value in the form it is kept in; no instant means now."""

    number: int
    bid_ref: str
    organisation: Details
    contact_name: str
    contact_email: str
    project: Project
    money: Money
    answers: Mapping[str, Value]
    submitted_at: datetime | None
    sha256: str

    @property
    def circle(self) -> tuple[str, str]:
        """What tells organisations without a company number apart: the name, and whose mail they use."""
        email = self.contact_email
        return name_key(self.organisation.name), own_domain(email) or email


@dataclass(frozen=True, slots=True)
class BidTable:
    """The sound rows of a table of bids, and every reference it has, those of unsound rows too.

    There are no references to look marks up by where the column of references is missing.
    """

    rows: Sequence[BidRow]
    refs: frozenset[str] | None


def read_bids(table: Table, rules: Pinned, found: Findings) -> BidTable:
    """Read a table of bids and tell everything that is wrong with it."""
    layout = match(table, columns_of(rules), found)
    missing = [each.key for each in asked(rules) if f"{ANSWER}{each.key}" not in layout.places]
    if missing:
        found.notes.append(f"No column answers these questions, which stay empty: {', '.join(missing)}.")
    refs: dict[str, int] = {}
    rows = []
    for record in layout.records(table, found):
        values = record.values()
        _tell_repeated_ref(record, values["bid_ref"], refs)
        _judge(record, rules, values)
        if record.is_sound:
            rows.append(_row(record, rules, values))
    _tell_shared_numbers(table.name, rows, found)
    if rows and all(0 < row.money.rd_share_bp <= _ONE_PERCENT for row in rows):
        found.notes.append("Every rd_share is 1% or less. Write 80 for 80%, not 0.8.")
    return BidTable(rows, frozenset(refs) if "bid_ref" in layout.places else None)


def _tell_repeated_ref(record: Record, bid_ref: str | None, refs: dict[str, int]) -> None:
    if bid_ref is None:
        return
    if bid_ref in refs:
        what = f"Row {refs[bid_ref]} has this reference already. Each bid has its own"
        record.wrong("bid_ref", what)
    refs.setdefault(bid_ref, record.row.number)


def _judge(record: Record, rules: Pinned, values: Mapping[str, Any]) -> None:
    """Put what is written to the same rules as the form: words, answers, and how the money adds up."""
    answers = _answers(rules, values)
    sums = _sums(values)
    written = Written(
        **_project(values),
        total_cost_pence=sums.total_cost_pence,
        grant_requested_pence=sums.grant_requested_pence,
        match_funding_pence=sums.match_funding_pence,
        enterprise=_UNASKED,
        answers=answers,
    )
    for gap in completeness.project_gaps(rules, written):
        if gap.field == "summary" and values["summary"]:
            record.wrong("summary", gap.sentence)
    hidden = showing.hidden(rules.questions, answers)
    for question in asked(rules):
        if question.key not in hidden:
            _judge_answer(record, question, answers, written.span)
        elif question.key in answers:
            condition = showing.condition_in_words(question, rules.questions)
            record.wrong(f"{ANSWER}{question.key}", f"{condition}. Empty this cell, or change that answer")
    if values["total_cost"] is not None and values["grant_requested"] is not None:
        for gap in completeness.money_gaps("money", rules, written):
            record.wrong(gap.field, gap.sentence)


def _judge_answer(record: Record, question: Question, answers: Mapping[str, Value], span: Span) -> None:
    name = f"{ANSWER}{question.key}"
    if name in record.layout.places and name not in record.told:
        for gap in completeness.answer_gaps(question, answers.get(question.key, kinds.NOTHING), span):
            record.wrong(name, gap.sentence)


def _row(record: Record, rules: Pinned, values: Mapping[str, Any]) -> BidRow:
    return BidRow(
        number=record.row.number,
        bid_ref=values["bid_ref"],
        organisation=Details(
            name=values["organisation"],
            company_number=values["company_number"],
            postcode=values["postcode"],
            authority=values["district"],
            legal_form=values.get("legal_form"),
            sector=values.get("sector"),
            staff_count=values["staff_count"],
            turnover_pence=values["turnover"],
            gross_assets_pence=values["gross_assets"],
        ),
        contact_name=values["contact_name"],
        contact_email=values["contact_email"],
        project=Project(**_project(values)),
        money=_sums(values),
        answers=_answers(rules, values),
        submitted_at=values["submitted_at"],
        sha256=_sha256(values),
    )


def _answers(rules: Pinned, values: Mapping[str, Any]) -> dict[str, Value]:
    """What the row answers, by question; empty cells answer nothing."""
    given = {each.key: values[f"{ANSWER}{each.key}"] for each in asked(rules)}
    return {key: value for key, value in given.items() if value}


def _project(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": values["title"] or "",
        "summary": values["summary"] or "",
        "theme": values.get("theme"),
        "starts_on": values["starts_on"],
        "months": values["months"],
    }


def _sums(values: Mapping[str, Any]) -> Money:
    return Money(
        total_cost_pence=values["total_cost"] or 0,
        grant_requested_pence=values["grant_requested"] or 0,
        match_funding_pence=values["match_funding"] or 0,
        rd_share_bp=values["rd_share"] or 0,
    )


def _sha256(values: Mapping[str, Any]) -> str:
    """The digest of everything a row says; order and spelling of headers do not matter."""
    said = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }
    return sha256_of(said)


def _tell_shared_numbers(table: str, rows: Sequence[BidRow], found: Findings) -> None:
    first: dict[str, BidRow] = {}
    for row in rows:
        number = row.organisation.company_number
        if number is None:
            continue
        other = first.setdefault(number, row).organisation.name
        if name_key(other) != name_key(row.organisation.name):
            what = f"Row {first[number].number} gives this number to “{other}”. A number is one company’s"
            found.wrong(table, row.number, "company_number", what)
