"""The floor of the stack: one Flask route, one query of fifty bids, rows written with no template at all."""

import os
import threading
from typing import Any

import psycopg
from flask import Flask

QUERY = (
    "SELECT a.reference, a.title, o.name, a.submitted_at, a.grant_requested_pence, a.score, a.state"
    " FROM applications a JOIN organisations o ON o.id = a.organisation_id"
    " WHERE a.submitted_at IS NOT NULL ORDER BY a.id DESC LIMIT 50"
)

app = Flask("bench.bare", static_folder=None)
_here = threading.local()


@app.get("/")
def rows() -> str:
    """Fifty bids as bare table rows."""
    found = _connection().execute(QUERY).fetchall()
    return "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in found)


def _connection() -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of this thread's own, kept as long as the thread."""
    if not hasattr(_here, "connection"):
        _here.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    connection: psycopg.Connection[tuple[Any, ...]] = _here.connection
    return connection
