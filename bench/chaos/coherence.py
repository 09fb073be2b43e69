"""Whether an office is whole after something died: the proofs, and counts that must agree."""

from collections.abc import Iterator

import psycopg

from bench.ground import Ground
from fundapp.extensions import db
from fundapp.services import letters, verification

# Each of these finds rows that must not exist, whatever died when.
MUST_BE_EMPTY = {
    "ledger transactions that do not sum to zero": (
        "SELECT transaction_id FROM ledger_entries GROUP BY transaction_id HAVING sum(pence) <> 0"
    ),
    "budgets committed beyond their amount": (
        "SELECT round_id FROM round_budgets WHERE held_pence + committed_pence > amount_pence"
    ),
    "sent bids without exactly the versions their events tell of": (
        "SELECT a.id FROM applications a WHERE"
        " (SELECT count(*) FROM submissions s WHERE s.application_id = a.id) <>"
        " (SELECT count(*) FROM events e WHERE e.case_kind = 'application' AND e.case_id = a.id"
        "   AND e.action = 'submit')"
    ),
    "bids whose state is not what their last event says": (
        "SELECT a.id FROM applications a WHERE a.state <> (SELECT e.target FROM events e"
        " WHERE e.case_kind = 'application' AND e.case_id = a.id AND e.target <> ''"
        " ORDER BY e.sequence DESC LIMIT 1)"
    ),
    "events whose promise was not written with them": (
        "SELECT e.id FROM events e WHERE e.case_kind = 'application' AND e.action = 'submit' AND NOT EXISTS"
        " (SELECT 1 FROM outbox_rows o WHERE (o.payload ->> 'event_id')::bigint = e.id)"
    ),
    "work that was given up": "SELECT id FROM outbox_rows WHERE parked_at IS NOT NULL",
}


def faults(place: Ground) -> list[str]:
    """A sentence for everything that is not whole."""
    return [*_proofs(place), *_counts(place)]


def _proofs(place: Ground) -> Iterator[str]:
    with place.app().app_context():
        for prove in (
            verification.verify_events,
            verification.verify_ledger,
            verification.verify_rd,
            letters.verify_all,
        ):
            yield from (str(each) for each in prove())
        db.session.remove()
        db.engine.dispose()


def _counts(place: Ground) -> Iterator[str]:
    with psycopg.connect(place.superuser_url) as connection:
        for what, query in MUST_BE_EMPTY.items():
            found = connection.execute(query).fetchall()
            if found:
                yield f"{len(found)} {what}, the first is {found[0][0]}"


def scalar(place: Ground, query: str) -> int:
    """One number from the database, asked from outside the office."""
    with psycopg.connect(place.superuser_url) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
