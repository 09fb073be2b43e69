"""Builds the region unwatched, runs a round of each fund to its letters, and proves every figure."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from fundapp.clock import in_london, now
from fundapp.config import Settings
from fundapp.demo import region
from fundapp.demo.finish import finish
from fundapp.demo.stage import passing, supervisor
from fundapp.embedded.sandbox import Sandbox
from fundapp.extensions import db
from fundapp.processes.backroom import create_backroom
from fundapp.queries import census
from fundapp.services import letters, verification

LEDGER_COLUMNS = ("id", "key", "instant", "account", "award", "pence")
RD_COLUMNS = ("id", "key", "instant", "measure", "award", "pence")
Say = Callable[[str], None]


def run(settings: Settings, say: Say, *, out: Path | None, tamper: bool) -> dict[str, Any]:
    """The whole demonstration in servers of its own; returns its summary, and writes it to `out` if given.

    Each thing that does not verify is said. With `tamper`, one row is broken first, as a superuser could.
    """
    started = time.monotonic()
    with passing(settings) as stage:
        app = create_backroom(stage.settings)
        workers = supervisor(stage.settings)
        workers.start()
        try:
            with app.app_context():
                built = region.build(_today(), say)
                killed = finish(built, workers)
                if tamper:
                    say(_break_a_row(stage))
                summary = _summary(workers.children, killed, say, started)
                if out is not None:
                    _write(out, summary)
                return summary
        finally:
            workers.stop()


def is_verified(summary: dict[str, Any]) -> bool:
    """Whether everything came out again as recorded."""
    return all(summary["verified"].values())


def _today() -> date:
    today = in_london(now()).date()
    db.session.rollback()
    return today


def _summary(children: Iterable[Any], killed: int, say: Say, started: float) -> dict[str, Any]:
    made = census.letters()
    verified = {
        "ledger": _is_clean(verification.verify_ledger(), say),
        "rd": _is_clean(verification.verify_rd(), say),
        "letters": _is_clean(letters.verify_all(), say),
        "events": _is_clean(verification.verify_events(), say),
    }
    return {
        **census.bids(),
        "letters": len(made),
        "letters_sha256": census.letters_sha256(made),
        "workers": sum(child.arguments == ("jobs", "letters") for child in children),
        "killed": killed,
        "ledger": census.ledger(),
        "rd": census.rd(),
        "verified": verified,
        "seconds": round(time.monotonic() - started, 1),
    }


def _is_clean(findings: Iterable[object], say: Say) -> bool:
    found = [str(each) for each in findings]
    for each in found:
        say(f"NOT VERIFIED: {each}")
    return not found


def _write(out: Path, summary: dict[str, Any]) -> None:
    (out / "letters").mkdir(parents=True, exist_ok=True)
    for letter in census.letters():
        (out / "letters" / f"{letter.code}.pdf").write_bytes(letters.open_pdf(letter))
    _write_csv(out / "ledger.csv", LEDGER_COLUMNS, census.ledger_rows())
    _write_csv(out / "rd_entries.csv", RD_COLUMNS, census.rd_rows())
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _break_a_row(stage: Sandbox) -> str:
    with psycopg.connect(stage.superuser_url) as connection:
        connection.execute("SET session_replication_role = replica")
        row = connection.execute(
            "UPDATE ledger_entries SET pence = pence + 1"
            " WHERE id = (SELECT max(id) FROM ledger_entries) RETURNING id"
        ).fetchone()
    return f"Broke ledger entry {row[0] if row else '?'}: a penny more, as a superuser could"
