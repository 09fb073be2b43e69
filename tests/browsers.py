"""The browser the set-up found on this machine, as Playwright wants to be told of it."""

import json
import os
from typing import Any

from fundapp.config import PROJECT

FOUND = PROJECT / "var" / "setup" / "browser.json"
# Scripts run as ever, on one thread, as no core is to spare, with more room before garbage is sought.
SPARING = "--js-flags=--single-threaded --min-semi-space-size=64"


def launch_arguments() -> dict[str, Any]:
    """Where the browser is and what it needs; one plain line when the set-up found none."""
    if not FOUND.exists():
        raise RuntimeError("no browser for the tests: run `make test`, or leave them out with BROWSER=0")
    found = json.loads(FOUND.read_text(encoding="utf-8"))
    return {
        "executable_path": found["program"],
        "args": [
            "--no-sandbox",
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            SPARING,
            *found["arguments"],
        ],
        "env": {**os.environ, **found["environment"]},
    }
