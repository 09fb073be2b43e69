"""A Chromium for the browser tests: the installed one, Debian's, or the one inside an npm package.

Chromium without its window, where there is one, does the same with a fifth less work.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TypedDict

from setup import debian, frontend, packages
from setup.steps import MADE, PROJECT, SetupError, run, say

FOUND = MADE / "browser.json"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = ("chromium-headless-shell", "chromium")
LOCKED = PROJECT / "setup" / "browser"
UNPACKED = MADE / "chromium"
INSTEAD = "no browser for the tests: install chromium, or leave those tests out with `make test BROWSER=0`"
UNPACK = """
import brotli, io, pathlib, sys, tarfile
source, target = map(pathlib.Path, sys.argv[1:])
careful = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
for name in ("al2023", "fonts", "swiftshader"):
    content = brotli.decompress((source / f"{name}.tar.br").read_bytes())
    tarfile.open(fileobj=io.BytesIO(content)).extractall(target / name, **careful)
program = target / "chromium"
program.write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
program.chmod(0o755)
"""


class Found(TypedDict):
    """A browser, and what to start it with."""

    program: str
    environment: dict[str, str]
    arguments: list[str]


def provide() -> None:
    """Find or fetch a browser that starts, and note it where the tests look."""
    if os.environ.get("BROWSER") == "0":
        return
    if FOUND.exists() and _starts(json.loads(FOUND.read_text(encoding="utf-8"))):
        return
    found = _installed() or _debian() or _from_npm()
    if found is None:
        raise SetupError(INSTEAD)
    FOUND.write_text(json.dumps(found, indent=1), encoding="utf-8")
    say(f"browser for the tests: {found['program']}")


def _description(program: str | Path, environment: dict[str, str] | None = None, *arguments: str) -> Found:
    return {"program": str(program), "environment": environment or {}, "arguments": list(arguments)}


def _installed() -> Found | None:
    paths = [path for name in NAMES if (path := shutil.which(name))]
    return next((found for found in map(_description, paths) if _starts(found)), None)


def _debian() -> Found | None:
    if not (debian.here() and debian.is_root()):
        return None
    say("no browser found: installing Debian's chromium ...")
    for package in DEBIAN:
        try:
            debian.install([package], INSTEAD)
        except SetupError:
            continue
        return _installed()
    return None


def _from_npm() -> Found | None:
    say("no browser found: fetching the one of the npm package @sparticuz/chromium ...")
    packages.install("app")
    fetched = MADE / "browser"
    fetched.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKED / name, fetched / name)
    frontend.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", cwd=fetched)
    source = fetched / "node_modules" / "@sparticuz" / "chromium" / "bin"
    UNPACKED.mkdir(exist_ok=True)
    run([packages.PYTHON, "-c", UNPACK, source, UNPACKED], INSTEAD)
    shutil.rmtree(fetched)
    libraries = sorted({str(file.parent) for file in UNPACKED.rglob("*.so*")})
    fonts = next(UNPACKED.rglob("fonts.conf"), UNPACKED / "fonts" / "fonts.conf").parent
    found = _description(
        UNPACKED / "chromium",
        {"LD_LIBRARY_PATH": ":".join(libraries), "FONTCONFIG_PATH": str(fonts)},
        "--no-zygote",
        "--use-gl=angle",
        "--use-angle=swiftshader",
    )
    return found if _starts(found) else None


def _starts(found: Found) -> bool:
    try:
        said = subprocess.run(
            [found["program"], "--version"],
            check=False,
            capture_output=True,
            timeout=30,
            env={**os.environ, **found["environment"]},
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and b"hrom" in said.stdout
