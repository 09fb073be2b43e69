"""What the programme team's list of bids shows: one page at a time, or all of it as a stream."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all

from fundapp.extensions import db
from fundapp.models.applications import Application
from fundapp.models.funds import Fund, Round
from fundapp.models.organisations import Organisation
from workflows.rules.identifiers import name_key

PAGE_SIZE = 50
LONGEST_SEARCH = 100
AT_ONCE = 500
LAST_SIGN = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bids: of one round, in one state, whose reference, organisation or title begins so."""

    round_id: int | None = None
    state: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class BidRow:
    """One line of the list."""

    id: int
    reference: str
    title: str
    organisation: str
    authority: str | None
    round_ref: str
    pathway: str
    pathway_version: int
    state: str
    state_since: datetime
    submitted_at: datetime | None
    asks_pence: int
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of the list, newest first, and the cursors of the pages on either side."""

    rows: tuple[BidRow, ...]
    newer: int | None
    older: int | None


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """A round as a filter offers it."""

    id: int
    ref: str
    number: int
    fund: str
    state: str


_COLUMNS = (
    Application.id,
    Application.reference,
    Application.title,
    Organisation.name,
    Organisation.authority,
    Round.ref,
    Round.pathway,
    Round.pathway_version,
    Application.state,
    Application.state_since,
    Application.submitted_at,
    Application.grant_requested_pence,
    Application.score,
)
_BIDS = select(*_COLUMNS).join(Application.organisation).join(Application.round)
_ROUNDS = (
    select(Round.id, Round.ref, Round.number, Fund.name, Round.state)
    .join(Fund)
    .where(Round.state != "draft")
    .order_by(Round.id.desc())
    .limit(200)
)


def bids(wanted: Wanted, *, after: int | None = None, before: int | None = None) -> Page:
    """The page of older bids `after` a cursor, or of newer ones `before` it, in one statement."""
    statement = _matching(wanted)
    if before is not None:
        rows = _rows(statement.where(Application.id > before).order_by(Application.id))
        shown = tuple(reversed(rows[:PAGE_SIZE]))
        return Page(shown, _cursor(shown, 0, len(rows) > PAGE_SIZE), _cursor(shown, -1, bool(shown)))
    if after is not None:
        statement = statement.where(Application.id < after)
    rows = _rows(statement.order_by(Application.id.desc()))
    shown = tuple(rows[:PAGE_SIZE])
    return Page(shown, _cursor(shown, 0, after is not None), _cursor(shown, -1, len(rows) > PAGE_SIZE))


def every_bid(wanted: Wanted) -> Iterator[list[BidRow]]:
    """All matching bids, newest first, a few hundred at a time so that memory stays flat."""
    cursor: int | None = None
    while True:
        rows = _rows(_below(_matching(wanted), cursor).order_by(Application.id.desc()), limit=AT_ONCE)
        yield rows
        if len(rows) < AT_ONCE:
            return
        cursor = rows[-1].id


def rounds_to_choose() -> tuple[RoundChoice, ...]:
    """Every round past its set-up, the newest first, in one statement."""
    return tuple(RoundChoice(*row) for row in db.session.execute(_ROUNDS))


def without_scores(row: BidRow) -> BidRow:
    """The same line for somebody who may not see this bid's score yet."""
    return replace(row, score=None)


def _matching(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    statement = _BIDS
    if wanted.round_id is not None:
        statement = statement.where(Application.round_id == wanted.round_id)
    statement = statement.where(
        Application.state == wanted.state if wanted.state else Application.state != "draft"
    )
    text = wanted.text.strip()[:LONGEST_SEARCH]
    return statement.where(Application.id.in_(_found(text))) if text else statement


def _found(text: str) -> Select[tuple[int]]:
    """Ids of bids whose reference, organisation or words of the title begin so; each arm has its index."""
    arms = [
        select(Application.id).where(_begins(Application.reference, text.upper())),
        select(Application.id)
        .join(Application.organisation)
        .where(_begins(Organisation.name_key, name_key(text))),
    ]
    words = " & ".join(f"{word}:*" for word in re.findall(r"\w+", text))
    if words:
        titles = func.to_tsvector(literal_column("'simple'"), Application.title)
        query = func.to_tsquery(literal_column("'simple'"), words)
        arms.append(select(Application.id).where(titles.op("@@")(query)))
    found = union_all(*arms).subquery()
    return select(found.c.id)


def _begins(column: Any, text: str) -> ColumnElement[bool]:
    """Between the text and the text with the last sign there is: a plan made once can use the index for it.

    With LIKE the server must know the text to find the index, and so plans each search anew.
    """
    return column.bool_op("~>=~")(text) & column.bool_op("~<~")(f"{text}{LAST_SIGN}")  # type: ignore[no-any-return]


def _below(statement: Select[*tuple[Any, ...]], cursor: int | None) -> Select[*tuple[Any, ...]]:
    return statement if cursor is None else statement.where(Application.id < cursor)


def _rows(statement: Select[*tuple[Any, ...]], limit: int = PAGE_SIZE + 1) -> list[BidRow]:
    return [BidRow(*row) for row in db.session.execute(statement.limit(limit))]


def _cursor(shown: tuple[BidRow, ...], position: int, more: bool) -> int | None:
    return shown[position].id if more and shown else None
