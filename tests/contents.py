"""What a database holds, rows and sequences, and how it is brought to hold something else.

A table is known to be as it was filled by the number of its rows and the transaction of the newest one, so
only what differs is emptied and filled again: the tables stay, and whoever is connected stays warm.
"""

from collections.abc import Collection
from dataclasses import dataclass

import psycopg
from psycopg import sql

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
STATE = "SELECT {0}, count(*), max(xmin::text::bigint) FROM {1}"
SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
SET_SEQUENCES = (
    "SELECT setval(quote_ident(name)::regclass, value, called)"
    " FROM unnest(%s::text[], %s::bigint[], %s::boolean[]) AS each (name, value, called)"
)
OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    " AND (pid <> ALL (%s) OR state <> 'idle')"
)
OURS = "oid >= 16384"
THIS = "(SELECT oid FROM pg_database WHERE datname = current_database())"
# Where everything but rows is written down, and which of its lines are not the server's own.
CATALOGUES = {
    "pg_attrdef": OURS,
    "pg_attribute": "attrelid >= 16384",
    "pg_class": OURS,
    "pg_constraint": OURS,
    "pg_database": f"oid = {THIS}",
    "pg_db_role_setting": f"setdatabase = {THIS}",
    "pg_default_acl": OURS,
    "pg_description": "objoid >= 16384",
    "pg_event_trigger": OURS,
    "pg_extension": OURS,
    "pg_index": "indexrelid >= 16384",
    "pg_largeobject_metadata": OURS,
    "pg_namespace": "true",
    "pg_policy": OURS,
    "pg_proc": OURS,
    "pg_rewrite": OURS,
    "pg_sequence": "seqrelid >= 16384",
    "pg_statistic_ext": OURS,
    "pg_trigger": OURS,
    "pg_type": OURS,
}
SCHEMA = " UNION ALL ".join(
    f"SELECT count(*), max(xmin::text::bigint) FROM {name} WHERE {ours}" for name, ours in CATALOGUES.items()
)

State = tuple[int, int | None]
NO_ROWS = (b"", (0, None))


@dataclass(frozen=True)
class Contents:
    """The rows of each table that has any, as the server copies them, and where every sequence stands."""

    rows: dict[str, bytes]
    sequences: list[tuple[str, int, bool]]


class Filled:
    """One database, and what its tables were last filled with."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._ask = self._connection.execute
        self._ask("SET session_replication_role = replica")  # the tables refuse to be emptied otherwise
        self._filled: dict[str, tuple[bytes, State]] = {name: NO_ROWS for (name,) in self._ask(TABLES)}
        each = [sql.SQL(STATE).format(sql.Literal(name), sql.Identifier(name)) for name in self._filled]
        self._every_state = sql.SQL(" UNION ALL ").join(each)
        self._schema = self._schema_now()

    @property
    def altered(self) -> bool:
        """Whether anything but rows and sequences is not as it was: tables, rights, functions, triggers."""
        return self._schema_now() != self._schema

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def end_others(self, kept: Collection[int]) -> None:
        """End every connection but this one and the idle ones that are kept."""
        self._ask(OTHERS, [list(kept)])

    def contents(self) -> Contents:
        """What it holds now."""
        for name, state in self._states():
            if self._filled[name][1] != state:
                self._filled[name] = (self._copied(name), state) if state[0] else NO_ROWS
        rows = {name: copied for name, (copied, _) in self._filled.items() if copied}
        return Contents(rows, self._ask(SEQUENCES).fetchall())

    def hold(self, contents: Contents) -> None:
        """Hold this and nothing else."""
        wanted = {name: contents.rows.get(name, b"") for name in self._filled}
        wrong = [name for name, state in self._states() if self._filled[name] != (wanted[name], state)]
        if wrong:
            names = [sql.Identifier(name) for name in wrong]
            self._ask(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in names))
            self._ask(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(names)))
        with self._connection.transaction():
            [(at,)] = self._ask("SELECT pg_current_xact_id()::text::bigint")
            for name in wrong:
                self._filled[name] = self._fill(name, wanted[name], at) if wanted[name] else NO_ROWS
            self._ask(SET_SEQUENCES, [list(column) for column in zip(*contents.sequences, strict=True)])

    def _states(self) -> list[tuple[str, State]]:
        found = self._ask(self._every_state, prepare=True)
        return [(name, (rows, newest)) for name, rows, newest in found]

    def _schema_now(self) -> list[tuple[int, int]]:
        return self._ask(SCHEMA, prepare=True).fetchall()

    def _copied(self, name: str) -> bytes:
        with self._connection.cursor().copy(_copy(name, "TO STDOUT")) as copy:
            return b"".join(copy)

    def _fill(self, name: str, rows: bytes, at: int) -> tuple[bytes, State]:
        cursor = self._connection.cursor()
        with cursor.copy(_copy(name, "FROM STDIN")) as copy:
            copy.write(rows)
        return rows, (cursor.rowcount, at)


def _copy(name: str, direction: str) -> sql.Composed:
    return sql.SQL(f"COPY {{}} {direction} (FORMAT binary)").format(sql.Identifier(name))
