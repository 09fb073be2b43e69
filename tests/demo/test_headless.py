"""The demonstration proves itself: built, decided, printed, and every sum recomputed from what it wrote.

Here on a small region, by the command's own way through; `.ci/run` holds the whole one to the same.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fundapp.config import PROJECT
from tests.demo import agreement

# The letter of the killed worker is taken up again soon.
SOON = {"FUNDAPP_OUTBOX_LEASE_SECONDS": "5"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """One run of `fundapp demo --headless --json --out`, as a person would type it."""
    out = tmp_path_factory.mktemp("demo")
    done = _run("tests.demo.small", "--headless", "--json", "--out", str(out))
    assert done.returncode == 0, done.stderr[-2000:]
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary, out


def test_everything_comes_out_as_recorded(written: tuple[dict[str, Any], Path]) -> None:
    summary, out = written
    agreement.everything_is_as_recorded(summary)
    assert agreement.read(out) == summary
    assert min(summary["approved"], summary["declined"], summary["rd"]["contracted"]) > 0


def test_the_sums_can_be_made_again_from_the_files(written: tuple[dict[str, Any], Path]) -> None:
    agreement.the_sums_can_be_made_again(*written)


def test_every_letter_is_there_and_is_what_was_hashed(written: tuple[dict[str, Any], Path]) -> None:
    agreement.every_letter_is_there(*written)


def test_a_row_broken_behind_our_back_is_named_and_fails() -> None:
    done = _run("tests.demo.tampered")
    assert done.returncode == 1, done.stderr[-2000:]
    verified = json.loads(done.stdout)["verified"]
    assert verified == {"ledger": False, "rd": True, "letters": True, "events": True}
    assert re.search("Broke ledger entry [0-9]+", done.stderr)
    assert re.search("NOT VERIFIED: ledger transaction [^ ]+: its entries are not what event", done.stderr)


def test_a_folder_that_cannot_be_used_is_told_before_anything_is_built(tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "of_before.pdf").touch()
    file.touch()
    for out, why in (
        (full, f"{full} is not empty; name a new folder"),
        (file / "below", f"{file}/below cannot be written: Not a directory"),
    ):
        done = _run("fundapp", "demo", "--headless", "--out", str(out))
        said = done.stderr.splitlines()[-1]
        assert (done.returncode, said) == (2, f"Error: Invalid value for --out: {why}")
        assert "Building" not in done.stderr


def test_to_be_terminated_ends_it_as_ctrl_c_does() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.demo.small", "--headless"],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        home = _home_of(demo.pid)
        demo.send_signal(signal.SIGTERM)
        _, said = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert said.splitlines() == ["", "Aborted!"]
    assert not home.exists()


def _home_of(pid: int) -> Path:
    """Where the private servers of a demonstration live, once its database answers."""
    deadline = time.monotonic() + 60
    while True:
        held = [each.readlink() for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]
        homes = [path.parent for path in held if path.name == "users.lock"]
        if homes and (homes[0] / "postgres/data/postmaster.pid").exists():
            return homes[0]
        assert time.monotonic() < deadline, "the demonstration never began"
        time.sleep(0.1)


def _run(program: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", program, *options],
        cwd=PROJECT,
        env=os.environ | SOON,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
