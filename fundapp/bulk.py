"""Sends many rows or ids at once, as one value the database takes apart: one statement for any number."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Table,
    Text,
    any_,
    bindparam,
    func,
    inspect,
    literal,
    literal_column,
    select,
)
from sqlalchemy import cast as typed
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

from fundapp.extensions import Model


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column holds one of these ids: one array, so the same statement for any number of them."""
    return cast("ColumnElement[bool]", column == any_(literal(list(ids), ARRAY(BigInteger))))


def among_given(column: Any, name: str) -> ColumnElement[bool]:
    """The same for a statement that is put together once: the list of ids is given under `name` each time."""
    return cast("ColumnElement[bool]", column == any_(bindparam(name, type_=ARRAY(BigInteger))))


def insert_many(kind: type[Model], rows: Sequence[Mapping[str, Any]]) -> Insert:
    """The statement that inserts these rows, all with the same columns; defaults fill the others.

    Add `returning` or `on_conflict_do_nothing` as to any insert; rows come back in no certain order.
    """
    table = cast(Table, inspect(kind).local_table)
    names = list(rows[0])
    document = typed(literal(json.dumps([dict(row) for row in rows], default=str), Text), JSONB)
    record: ColumnElement[Any] = literal_column(f'NULL::"{table.name}"')
    given = func.jsonb_populate_recordset(record, document).table_valued(*(table.c[name] for name in names))
    return insert(kind).from_select(names, select(*(given.c[name] for name in names)))
