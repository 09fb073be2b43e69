"""Takes away everything the set-up, the demo and the tests have made on this machine."""

import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from setup.steps import PROJECT, VAR, VENV, SetupError, say

FAR_HOME = Path("/var/lib/fundapp")
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")


def clean() -> None:
    """Remove the environment, the built assets, `var/` and the folder used as root, if nobody uses them."""
    far = far_home()
    for home in [*_homes(VAR), *_homes(far)]:
        if _in_use(home):
            raise SetupError(f"the servers in {home} are in use; stop fundapp first")
    made = [VENV, PROJECT / "node_modules", PROJECT / "fundapp" / "static" / "build", far, VAR]
    for folder in [*made, *(PROJECT / name for name in CACHES)]:
        if folder.exists():
            shutil.rmtree(folder)
            say(f"removed {folder}")
    for folder in PROJECT.rglob("__pycache__"):
        shutil.rmtree(folder, ignore_errors=True)


def far_home() -> Path:
    """Where root's private servers live when nobody else can reach this checkout."""
    return FAR_HOME / hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:12]


def _homes(folder: Path) -> list[Path]:
    return [lock.parent for lock in folder.glob("*/users.lock")] if folder.exists() else []


def _in_use(home: Path) -> bool:
    with open(home / "users.lock", "a", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
