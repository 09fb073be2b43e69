"""The demonstration proves itself: built, decided, printed, and every sum recomputed from what it wrote."""

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fundapp.config import PROJECT

KEYS = {
    "bids", "submitted", "scored", "approved", "declined", "letters", "letters_sha256", "workers", "killed",
    "ledger", "rd", "verified", "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """One whole run of `fundapp demo --headless --json --out`, as a person would type it."""
    out = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "fundapp", "demo", "--headless", "--json", "--out", str(out)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary, out


def test_everything_comes_out_as_recorded(written: tuple[dict[str, Any], Path]) -> None:
    summary, out = written
    assert summary.keys() == KEYS
    assert summary["verified"] == {"ledger": True, "rd": True, "letters": True, "events": True}
    assert (summary["workers"], summary["killed"]) == (2, 1)
    assert json.loads((out / "summary.json").read_text()) == summary


def test_the_sums_can_be_made_again_from_the_files(written: tuple[dict[str, Any], Path]) -> None:
    summary, out = written
    accounts = _sums(out / "ledger.csv", "account")
    assert {name: pence for name, pence in accounts.items() if pence} == {
        name: pence for name, pence in summary["ledger"].items() if pence
    }
    assert sum(accounts.values()) == 0
    assert _sums(out / "rd_entries.csv", "measure") == summary["rd"]


def test_every_letter_is_there_and_is_what_was_hashed(written: tuple[dict[str, Any], Path]) -> None:
    summary, out = written
    files = list((out / "letters").glob("*.pdf"))
    assert len(files) == summary["letters"]
    assert all(path.read_bytes().startswith(b"%PDF-1.7") for path in files)
    assert len({hashlib.sha256(path.read_bytes()).hexdigest() for path in files}) == len(files)


def test_a_row_broken_behind_our_back_is_named_and_fails() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.small"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr[-2000:]
    verified = json.loads(done.stdout)["verified"]
    assert verified == {"ledger": False, "rd": True, "letters": True, "events": True}
    assert re.search("Broke ledger entry [0-9]+", done.stderr)
    assert re.search("NOT VERIFIED: ledger transaction [^ ]+: its entries are not what event", done.stderr)


def _sums(path: Path, column: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row[column]] += int(row["pence"])
    return dict(found)
