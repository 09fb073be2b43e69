"""The command `.venv/bin/fundapp`, and the variables every process of this checkout is started with."""

import json
import shlex
from collections.abc import Mapping

from setup.steps import MADE, PROJECT, VENV

ENVIRONMENT = MADE / "environment"
PARTS = MADE / "environment.json"
SCRIPT = """#!/bin/sh
# Starts fundapp from anywhere, with the variables the set-up found to be needed here.
if [ -r {environment} ]; then . {environment}; fi
exec {python} -P -m fundapp "$@"
"""


def settle(part: str, variables: Mapping[str, str]) -> None:
    """Remember the variables one part of the set-up needs, and write them all where a shell can read them."""
    parts = json.loads(PARTS.read_text(encoding="utf-8")) if PARTS.exists() else {}
    parts[part] = dict(variables)
    PARTS.write_text(json.dumps(parts, indent=1), encoding="utf-8")
    pairs = [(name, value) for found in parts.values() for name, value in found.items()]
    lines = [f"export {name}={shlex.quote(value)}${{{name}:+:${name}}}\n" for name, value in pairs]
    ENVIRONMENT.write_text("".join(lines), encoding="utf-8")


def write() -> None:
    """Write the command, and let the environment's Python find the project."""
    python = VENV / "bin" / "python"
    library = next((VENV / "lib").glob("python3*")) / "site-packages"
    (library / "fundapp.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    command = VENV / "bin" / "fundapp"
    command.write_text(
        SCRIPT.format(environment=shlex.quote(str(ENVIRONMENT)), python=shlex.quote(str(python))),
        encoding="utf-8",
    )
    command.chmod(0o755)
