"""Measures how long it takes to prove the record: every event, posting, R&D entry and letter."""

import time
from collections.abc import Callable, Iterator

from flask import Flask

from fundapp.extensions import db
from fundapp.services import letters, verification


def measure(app: Flask) -> dict[str, float]:
    """Seconds of each proof and how much there was to prove; a finding is an error."""
    found: dict[str, float] = {}
    with app.app_context():
        census = verification.census()
        proofs: dict[str, Callable[[], Iterator[object]]] = {
            "events": verification.verify_events,
            "ledger": verification.verify_ledger,
            "rd": verification.verify_rd,
            "letters": letters.verify_all,
        }
        for name, prove in proofs.items():
            began = time.perf_counter()
            faults = [str(each) for each in prove()]
            if faults:
                raise RuntimeError(f"{name} do not verify: {faults[0]}")
            found[f"verify_{name}_seconds"] = time.perf_counter() - began
        db.session.remove()
    counts = {
        "events": census.events,
        "ledger_transactions": census.transactions,
        "rd_entries": census.rd_entries,
    }
    return found | counts
