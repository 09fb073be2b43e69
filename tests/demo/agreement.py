"""What a headless demonstration wrote agrees with itself: its summary, its sums and its letters.

As a program it holds the whole demonstration to that: `python -m tests.demo.agreement DIR`.
"""

import csv
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

KEYS = {
    "bids", "submitted", "scored", "approved", "declined", "letters", "letters_sha256", "workers", "killed",
    "ledger", "rd", "verified", "seconds",
}  # fmt: skip


def everything_is_as_recorded(summary: dict[str, Any]) -> None:
    """All was verified, by two workers of which one was killed."""
    assert summary.keys() == KEYS
    assert summary["verified"] == {"ledger": True, "rd": True, "letters": True, "events": True}
    assert (summary["workers"], summary["killed"]) == (2, 1)


def the_sums_can_be_made_again(summary: dict[str, Any], out: Path) -> None:
    """The accounts and the R&D total come out of the files once more, and the books balance."""
    accounts = _sums(out / "ledger.csv", "account")
    assert +accounts == +Counter(summary["ledger"])
    assert -accounts == -Counter(summary["ledger"])
    assert accounts.total() == 0
    assert +_sums(out / "rd_entries.csv", "measure") == +Counter(summary["rd"])
    assert min(summary["rd"].values()) >= 0


def every_letter_is_there(summary: dict[str, Any], out: Path) -> None:
    """As many different PDF files as letters were made, and the one hash over all of theirs."""
    files = list((out / "letters").iterdir())
    assert len(files) == summary["letters"] > 0
    assert all(path.suffix == ".pdf" and path.read_bytes().startswith(b"%PDF-1.7") for path in files)
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert len(hashes) == len(files)
    lines = "".join(f"{each}\n" for each in sorted(hashes))
    assert hashlib.sha256(lines.encode()).hexdigest() == summary["letters_sha256"]


def read(out: Path) -> dict[str, Any]:
    """The summary that was written."""
    summary: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return summary


def _sums(path: Path, column: str) -> Counter[str]:
    found: Counter[str] = Counter()
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row[column]] += int(row["pence"])
    return found


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    everything_is_as_recorded(read(folder))
    the_sums_can_be_made_again(read(folder), folder)
    every_letter_is_there(read(folder), folder)
