"""A connection to PostgreSQL that keeps what it has prepared, and says at no cost whether it is alive."""

import select
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.exc import InvalidatePoolError


class KeptConnection(Connection[Any]):
    """Keeps its prepared statements when a transaction ends without a commit, as every page's does.

    The driver forgets all of them at each rollback, because a table made in the same transaction might
    be gone with it. The office makes no tables, so its pages would plan every statement anew for nothing.
    """

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
