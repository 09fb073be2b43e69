"""A connection to PostgreSQL that keeps what it has learned, and says at no cost whether it is alive."""

import select
from typing import Any, Self, cast

from psycopg import Column, Connection, Cursor, OperationalError
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.exc import InvalidatePoolError

MOST_DESCRIBED = 500


class KeptCursor(Cursor[Any]):
    """Describes the columns of a statement once a connection, not at every run.

    The office's statements name their columns, so they are always the same; to describe thirty of them
    takes longer than to read a row.
    """

    _statement: Any = None

    def execute(self, query: Any, *parameters: Any, **how: Any) -> Self:
        """Run a statement, and remember which one it was."""
        self._statement = query
        return super().execute(query, *parameters, **how)

    @property
    def description(self) -> list[Column] | None:
        """The columns of the result, or nothing where the statement gives none back."""
        known = cast("KeptConnection", self.connection).described
        found = known.get(self._statement)
        if found is None:
            found = super().description
            if found is not None and self._statement is not None and len(known) < MOST_DESCRIBED:
                known[self._statement] = found
        return found


class KeptConnection(Connection[Any]):
    """Keeps its prepared statements when a transaction ends without a commit, as every page's does.

    The driver forgets all of them at each rollback, because a table made in the same transaction might
    be gone with it. The office makes no tables, so its pages would plan every statement anew for nothing.
    """

    def __init__(self, *settings: Any) -> None:
        super().__init__(*settings)
        self.described: dict[Any, list[Column]] = {}
        self.cursor_factory = KeptCursor

    def rollback(self) -> None:
        """End the transaction; after an error, forget everything prepared, as the driver does."""
        if self.pgconn.transaction_status != TransactionStatus.INTRANS:
            super().rollback()
            return
        with self.lock:
            result = self.pgconn.exec_(b"ROLLBACK")
        if result.status != ExecStatus.COMMAND_OK:
            raise OperationalError(result.get_error_message())


def insist_alive(connection: Connection[Any], *_: object) -> None:
    """Refuse a connection from the pool whose server has gone: an idle one has nothing to say but goodbye.

    Costs no round trip. The pool then forgets every connection of that time and makes a new one.
    """
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    if line.poll(0):
        raise InvalidatePoolError("the server closed the connection")
