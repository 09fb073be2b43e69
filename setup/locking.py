"""Locks the Python packages anew: one lock for Python 3.11 to 3.14, with hashes, naming no download host."""

import sys
from pathlib import Path

from setup.steps import MADE, PROJECT, run, say

LOCKS = PROJECT / "requirements"
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-header",
    "--quiet",
)


def lock() -> None:
    """Compile the lock files from pyproject.toml; the groups follow the versions of the application's."""
    tool = MADE / "uv"
    if not (tool / "bin" / "uv").exists():
        run([sys.executable, "-m", "venv", tool], "the environment of uv could not be made")
        run([tool / "bin" / "python", "-m", "pip", "install", "-q", "uv"], "uv could not be installed")
    compile_: list[str | Path] = [tool / "bin" / "uv", "pip", "compile", *OPTIONS]
    application = LOCKS / "app.txt"
    run([*compile_, "pyproject.toml", "-o", application], "the application's packages could not be locked")
    for group in ("test", "lint", "frontend"):
        run(
            [*compile_, "--group", group, "-c", application, "-o", LOCKS / f"{group}.txt"],
            f"the packages for {group} could not be locked",
        )
    say("locked; run `make test` with the new packages before you commit")
